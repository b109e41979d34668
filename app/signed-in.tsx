import type { ReactNode } from "react";
import { Live } from "@/components/live/live";
import { firstOf } from "@/components/receives/first";
import { Shell } from "@/components/shell/shell";
import { visitor } from "@/server/api/visitor";

/** What every page is inside of: it is there for whoever is signed in, with what is known
 * already; the rest of a long list follows with the events. */
export async function SignedIn({ children }: { children: ReactNode }) {
  const { me, running } = await visitor();
  return (
    <Live me={me} snapshot={firstOf(running.hub.snapshot())} renderedAt={Date.now()}>
      <Shell>{children}</Shell>
    </Live>
  );
}
