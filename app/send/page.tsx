import type { Metadata } from "next";
import { SendPage } from "@/components/sends/send-page";
import { SignedIn } from "../signed-in";

export const metadata: Metadata = { title: "Send a snapshot" };

/** Where a new send is put together, looked at, and started. */
export default function Page() {
  return (
    <SignedIn>
      <SendPage />
    </SignedIn>
  );
}
