import type { Metadata } from "next";
import { HostsPage } from "@/components/hosts/hosts-page";
import { SignedIn } from "../signed-in";

export const metadata: Metadata = { title: "Hosts" };

/** Every machine that Halfway knows, how it is reached, and what works there. */
export default function Page() {
  return (
    <SignedIn>
      <HostsPage />
    </SignedIn>
  );
}
