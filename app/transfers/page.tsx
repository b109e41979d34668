import type { Metadata } from "next";
import { connection } from "next/server";
import { HistoryPage } from "@/components/history/history-page";
import { Live } from "@/components/live/live";
import { halfway } from "@/server/api/halfway";

export const metadata: Metadata = { title: "Transfers" };

/** Everything that was ever transferred, as far as it is remembered. */
export default async function Page() {
  await connection();
  return (
    <Live snapshot={(await halfway()).hub.snapshot()} renderedAt={Date.now()}>
      <HistoryPage />
    </Live>
  );
}
