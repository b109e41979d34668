import { CircleUserRound } from "lucide-react";
import { buttonClass } from "@/components/ui/button";

/** How the button looks that opens the account's menu. */
export const accountButtonClass = buttonClass("quiet", "-mr-2 max-w-44 px-2! max-sm:w-11 lg:px-2!");

/** What stands on it. */
export function AccountLabel({ name }: { name: string }) {
  return (
    <>
      <CircleUserRound aria-hidden />
      <span className="truncate max-sm:sr-only">{name}</span>
    </>
  );
}
