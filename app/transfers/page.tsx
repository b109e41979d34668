import type { Metadata } from "next";
import { HistoryPage } from "@/components/history/history-page";
import { SignedIn } from "../signed-in";

export const metadata: Metadata = { title: "Transfers" };

/** Everything that was ever transferred, as far as it is remembered. */
export default function Page() {
  return (
    <SignedIn>
      <HistoryPage />
    </SignedIn>
  );
}
