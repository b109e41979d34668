import { HistoryPage } from "@/components/history/history-page";
import { SignedIn } from "../signed-in";
import { titled } from "../spoken";

export const generateMetadata = () => titled((t) => t`Transfers`);

/** Everything that was ever transferred, as far as it is remembered. */
export default function Page() {
  return (
    <SignedIn>
      <HistoryPage />
    </SignedIn>
  );
}
