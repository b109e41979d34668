import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { connection } from "next/server";
import type { WaysIn } from "../access/access";
import { pathHeader } from "../access/headers";
import { type Halfway, halfway } from "./halfway";
import { type Me, meOf } from "./session";

/** Who opens a page, and the running Halfway; whoever is nobody is sent to where that can be changed, and back. */
export async function visitor(): Promise<{ me: NonNullable<Me>; running: Halfway }> {
  const { me, running } = await anybody();
  if (me) return { me, running };
  if (await running.access.needsSetUp()) redirect("/setup");
  const next = (await headers()).get(pathHeader) ?? "/";
  redirect(`/login?${new URLSearchParams({ next })}`);
}

/** The same of a page that is there for everybody. */
export async function anybody(): Promise<{ me: Me; running: Halfway; ways: () => Promise<WaysIn> }> {
  await connection();
  const [running, asked] = [await halfway(), await headers()];
  const caller = await running.access.identify(asked);
  return {
    ...{ me: await meOf({ halfway: running, caller, headers: asked }), running },
    ways: () => running.access.waysIn(asked),
  };
}
