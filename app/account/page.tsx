import { AccountPage } from "@/components/account/account-page";
import { SignedIn } from "../signed-in";
import { titled } from "../spoken";

export const generateMetadata = () => titled((t) => t`Your account`);

/** One's own password, second factor and sessions. */
export default function Page() {
  return (
    <SignedIn>
      <AccountPage />
    </SignedIn>
  );
}
