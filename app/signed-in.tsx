import type { ReactNode } from "react";
import { Live } from "@/components/live/live";
import { visitor } from "@/server/api/visitor";

/** What every page is inside of: it is there for whoever is signed in, with everything known already. */
export async function SignedIn({ children }: { children: ReactNode }) {
  const { me, running } = await visitor();
  return (
    <Live me={me} snapshot={running.hub.snapshot()} renderedAt={Date.now()}>
      {children}
    </Live>
  );
}
