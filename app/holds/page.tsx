import { HoldsPage } from "@/components/holds/holds-page";
import { SignedIn } from "../signed-in";
import { titled } from "../spoken";

export const generateMetadata = () => titled((t) => t`Holds`);

/** Every snapshot that Halfway keeps from being destroyed. */
export default function Page() {
  return (
    <SignedIn>
      <HoldsPage />
    </SignedIn>
  );
}
