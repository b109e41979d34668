import { HostsPage } from "@/components/hosts/hosts-page";
import { SignedIn } from "../signed-in";
import { titled } from "../spoken";

export const generateMetadata = () => titled((t) => t`Hosts`);

/** Every machine that Halfway knows, how it is reached, and what works there. */
export default function Page() {
  return (
    <SignedIn>
      <HostsPage />
    </SignedIn>
  );
}
