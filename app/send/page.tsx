import { SendPage } from "@/components/sends/send-page";
import { SignedIn } from "../signed-in";
import { titled } from "../spoken";

export const generateMetadata = () => titled((t) => t`Send a snapshot`);

/** Where a new send is put together, looked at, and started. */
export default function Page() {
  return (
    <SignedIn>
      <SendPage />
    </SignedIn>
  );
}
