import type { Metadata } from "next";
import { AuditPage } from "@/components/audit/audit-page";
import { SignedIn } from "../signed-in";

export const metadata: Metadata = { title: "Audit" };

/** Who did what, or was refused. */
export default function Page() {
  return (
    <SignedIn>
      <AuditPage />
    </SignedIn>
  );
}
