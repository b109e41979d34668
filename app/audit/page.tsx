import { AuditPage } from "@/components/audit/audit-page";
import { SignedIn } from "../signed-in";
import { titled } from "../spoken";

export const generateMetadata = () => titled((t) => t`Audit`);

/** Who did what, or was refused. */
export default function Page() {
  return (
    <SignedIn>
      <AuditPage />
    </SignedIn>
  );
}
