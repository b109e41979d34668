import { TransferPage } from "@/components/history/transfer-page";
import { SignedIn } from "../../signed-in";
import { titled } from "../../spoken";

export const generateMetadata = () => titled((t) => t`One transfer`);

/** All that is known of one transfer. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <SignedIn>
      <TransferPage id={id} />
    </SignedIn>
  );
}
