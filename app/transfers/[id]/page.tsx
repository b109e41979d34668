import type { Metadata } from "next";
import { TransferPage } from "@/components/history/transfer-page";
import { SignedIn } from "../../signed-in";

export const metadata: Metadata = { title: "One transfer" };

/** All that is known of one transfer. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <SignedIn>
      <TransferPage id={id} />
    </SignedIn>
  );
}
