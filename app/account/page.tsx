import type { Metadata } from "next";
import { AccountPage } from "@/components/account/account-page";
import { SignedIn } from "../signed-in";

export const metadata: Metadata = { title: "Your account" };

/** One's own password, second factor and sessions. */
export default function Page() {
  return (
    <SignedIn>
      <AccountPage />
    </SignedIn>
  );
}
