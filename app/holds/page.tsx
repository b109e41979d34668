import type { Metadata } from "next";
import { HoldsPage } from "@/components/holds/holds-page";
import { SignedIn } from "../signed-in";

export const metadata: Metadata = { title: "Holds" };

/** Every snapshot that Halfway keeps from being destroyed. */
export default function Page() {
  return (
    <SignedIn>
      <HoldsPage />
    </SignedIn>
  );
}
