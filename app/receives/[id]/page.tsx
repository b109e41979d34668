import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ReceivePage } from "@/components/receive/receive-page";
import { SignedIn } from "../../signed-in";

type Params = { params: Promise<{ id: string }> };

/** Names its receive, so that of many tabs each can be told. */
export async function generateMetadata({ params }: Params): Promise<Metadata> {
  const { dataset, host } = namesIn((await params).id);
  return { title: `${dataset} (${host})` };
}

/** All that is known of one receive, also of one that is no more. */
export default async function Page({ params }: Params) {
  const { host, dataset } = namesIn((await params).id);
  return (
    <SignedIn>
      <ReceivePage host={host} dataset={dataset} />
    </SignedIn>
  );
}

/** The two names in an address, which comes as it was written. */
function namesIn(written: string): { host: string; dataset: string } {
  const id = decoded(written);
  const at = id.indexOf(":");
  if (at < 1) notFound();
  return { host: id.slice(0, at), dataset: id.slice(at + 1) };
}

function decoded(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    notFound();
  }
}
