import type { Metadata } from "next";
import { AccountsPage } from "@/components/accounts/accounts-page";
import { SignedIn } from "../signed-in";

export const metadata: Metadata = { title: "Accounts and API tokens" };

/** Who may come in, and what may. */
export default function Page() {
  return (
    <SignedIn>
      <AccountsPage />
    </SignedIn>
  );
}
