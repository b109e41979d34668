"use client";

import { createContext, type ReactNode, useContext, useEffect, useReducer, useState } from "react";
import { RenderedAt } from "@/components/ui/clock";
import type { HalfwayEvent } from "@/server/api/hub";
import type { Me } from "@/server/api/session";
import { Announcer } from "./announcer";
import { useTRPCClient } from "./client";
import { follow } from "./follow";
import { MemoryNotice } from "./memory-notice";
import { leave, ServerProvider } from "./server-provider";
import { type LiveState, nothingYet, takeIn } from "./state";

/** Whether what is shown is still being kept current; `since` when, or as of when it is where it is not. */
export type Connection = { state: "connecting" | "live" | "reconnecting"; since: number };

const LiveContext = createContext<(LiveState & { connection: Connection }) | null>(null);

/** What the server knows, kept current. */
export function useLive(): LiveState & { connection: Connection } {
  const live = useContext(LiveContext);
  if (!live) throw new Error("useLive is used outside of <Live>");
  return live;
}

/**
 * Keeps what the page shows current with one event stream for the whole tab.
 * @param me who is signed in.
 * @param snapshot what the server knew when it made the page, so that nothing has to be waited for.
 */
export function Live({
  me,
  snapshot,
  renderedAt,
  children,
}: {
  me: Me;
  snapshot: HalfwayEvent[];
  renderedAt: number;
  children: ReactNode;
}) {
  return (
    <RenderedAt value={renderedAt}>
      <ServerProvider me={me}>
        <Follow snapshot={snapshot} renderedAt={renderedAt}>
          {children}
        </Follow>
      </ServerProvider>
    </RenderedAt>
  );
}

function Follow({
  snapshot,
  renderedAt,
  children,
}: {
  snapshot: HalfwayEvent[];
  renderedAt: number;
  children: ReactNode;
}) {
  const client = useTRPCClient();
  const [state, dispatch] = useReducer(takeIn, nothingYet, (empty) =>
    takeIn(empty, { events: snapshot, whole: true }),
  );
  const [connection, setConnection] = useState<Connection>({ state: "connecting", since: renderedAt });

  useEffect(() => {
    // Every connection begins with all there is; what follows are changes.
    let whole = true;
    return follow({
      onBegin: () => {
        whole = true;
      },
      onEvents: (events) => {
        dispatch({ events, whole });
        whole = false;
        setConnection((before) => (before.state === "live" ? before : { state: "live", since: Date.now() }));
      },
      onLost: (heardAt) => {
        // A browser does not say why its stream ended; that may be because the session did.
        client.session.me.query().then(
          (still) => still ?? leave(),
          () => {},
        );
        setConnection((before) =>
          before.state === "live" ? { state: "reconnecting", since: heardAt } : before,
        );
      },
      onSignedOut: leave,
    });
  }, [client]);

  return (
    <LiveContext value={{ ...state, connection }}>
      <MemoryNotice memory={state.memory} />
      {children}
      <Announcer transfers={state.transfers} />
    </LiveContext>
  );
}
