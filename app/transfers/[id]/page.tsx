import type { Metadata } from "next";
import { connection } from "next/server";
import { TransferPage } from "@/components/history/transfer-page";
import { Live } from "@/components/live/live";
import { halfway } from "@/server/api/halfway";

export const metadata: Metadata = { title: "One transfer" };

/** All that is known of one transfer. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  await connection();
  const { id } = await params;
  return (
    <Live snapshot={(await halfway()).hub.snapshot()} renderedAt={Date.now()}>
      <TransferPage id={id} />
    </Live>
  );
}
