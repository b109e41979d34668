import { connection } from "next/server";
import { Live } from "@/components/live/live";
import { Overview } from "@/components/overview/overview";
import { halfway } from "@/server/api/halfway";

/** The one page. It is sent with everything known already, and follows the events from there. */
export default async function Page() {
  await connection();
  const { hub } = await halfway();
  return (
    <Live snapshot={hub.snapshot()} renderedAt={Date.now()}>
      <Overview />
    </Live>
  );
}
