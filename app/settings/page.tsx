import type { Metadata } from "next";
import { connection } from "next/server";
import { Live } from "@/components/live/live";
import { SettingsPage } from "@/components/settings/settings-page";
import { halfway } from "@/server/api/halfway";

export const metadata: Metadata = { title: "Settings" };

/** How transfers are carried out, and what is resumed without being asked. */
export default async function Page() {
  await connection();
  return (
    <Live snapshot={(await halfway()).hub.snapshot()} renderedAt={Date.now()}>
      <SettingsPage />
    </Live>
  );
}
