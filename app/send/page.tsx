import type { Metadata } from "next";
import { connection } from "next/server";
import { Live } from "@/components/live/live";
import { SendPage } from "@/components/sends/send-page";
import { halfway } from "@/server/api/halfway";

export const metadata: Metadata = { title: "Send a snapshot" };

/** Where a new send is put together, looked at, and started. */
export default async function Page() {
  await connection();
  return (
    <Live snapshot={(await halfway()).hub.snapshot()} renderedAt={Date.now()}>
      <SendPage />
    </Live>
  );
}
