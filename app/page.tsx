import { Overview } from "@/components/overview/overview";
import { SignedIn } from "./signed-in";

/** The one page. It is sent with everything known already, and follows the events from there. */
export default function Page() {
  return (
    <SignedIn>
      <Overview />
    </SignedIn>
  );
}
