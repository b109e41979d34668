"use client";

import { useSubscription } from "@trpc/tanstack-react-query";
import { createContext, type ReactNode, useContext, useReducer, useRef, useState } from "react";
import { RenderedAt } from "@/components/ui/clock";
import type { HalfwayEvent } from "@/server/api/hub";
import type { Me } from "@/server/api/session";
import { Announcer } from "./announcer";
import { useTRPC, useTRPCClient } from "./client";
import { MemoryNotice } from "./memory-notice";
import { leave, ServerProvider } from "./server-provider";
import { type LiveState, nothingYet, takeIn } from "./state";

/** Whether what is shown is still being kept current, and since when. */
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
  const trpc = useTRPC();
  const client = useTRPCClient();
  const [state, dispatch] = useReducer(takeIn, nothingYet, (empty) =>
    takeIn(empty, { events: snapshot, whole: true }),
  );
  const [connection, setConnection] = useState<Connection>({ state: "connecting", since: renderedAt });
  // Every connection begins with all there is; what follows are changes.
  const beginning = useRef(true);

  useSubscription(
    trpc.events.stream.subscriptionOptions(undefined, {
      onData: (events) => {
        dispatch({ events, whole: beginning.current });
        beginning.current = false;
        setConnection((before) => (before.state === "live" ? before : { state: "live", since: Date.now() }));
      },
      onStarted: () => {
        beginning.current = true;
      },
      onConnectionStateChange: ({ state: now }) => {
        if (now === "pending") return;
        // A browser does not say why its stream ended; that may be because the session did.
        client.session.me.query().then(
          (still) => still ?? leave(),
          () => {},
        );
        setConnection((before) =>
          before.state === "live" ? { state: "reconnecting", since: Date.now() } : before,
        );
      },
    }),
  );

  return (
    <LiveContext value={{ ...state, connection }}>
      <MemoryNotice memory={state.memory} />
      {children}
      <Announcer transfers={state.transfers} />
    </LiveContext>
  );
}
