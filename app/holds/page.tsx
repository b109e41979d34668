import type { Metadata } from "next";
import { connection } from "next/server";
import { HoldsPage } from "@/components/holds/holds-page";
import { Live } from "@/components/live/live";
import { halfway } from "@/server/api/halfway";

export const metadata: Metadata = { title: "Holds" };

/** Every snapshot that Halfway keeps from being destroyed. */
export default async function Page() {
  await connection();
  return (
    <Live snapshot={(await halfway()).hub.snapshot()} renderedAt={Date.now()}>
      <HoldsPage />
    </Live>
  );
}
