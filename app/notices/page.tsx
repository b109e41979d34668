import { NoticesPage } from "@/components/notices/notices-page";
import { SignedIn } from "../signed-in";
import { titled } from "../spoken";

export const generateMetadata = () => titled((t) => t`Notices`);

/** By which ways people are told, and what. */
export default function Page() {
  return (
    <SignedIn>
      <NoticesPage />
    </SignedIn>
  );
}
