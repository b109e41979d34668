import { AccountsPage } from "@/components/accounts/accounts-page";
import { SignedIn } from "../signed-in";
import { titled } from "../spoken";

export const generateMetadata = () => titled((t) => t`Accounts and API tokens`);

/** Who may come in, and what may. */
export default function Page() {
  return (
    <SignedIn>
      <AccountsPage />
    </SignedIn>
  );
}
