"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpLink, splitLink, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { type ReactNode, useRef, useState } from "react";
import { loginFrom } from "@/components/account/login-from";
import { MeContext } from "@/components/account/me";
import { type AskAgain, ReauthenticateOnDemand } from "@/components/account/reauthenticate-on-demand";
import type { AppRouter } from "@/server/api/root";
import type { Me } from "@/server/api/session";
import { wire } from "@/server/wire";
import { TRPCProvider } from "./client";

const url = "/api/trpc";

/** Longer than the server takes for anything; a dialog must not wait for a connection that died without a word. */
const answersWithin = 240_000;

type Fetch = NonNullable<Parameters<typeof httpLink<AppRouter>>[0]["fetch"]>;

const fetchWithin: Fetch = (input, init) => {
  const limit = AbortSignal.timeout(answersWithin);
  const signal = init?.signal ? AbortSignal.any([init.signal, limit]) : limit;
  return fetch(input, { ...(init as RequestInit), signal });
};

// The guard wants the header: another site's form cannot send it.
const calls = { url, transformer: wire, fetch: fetchWithin, headers: { "x-halfway": "page" } };

/** To the login: whoever this page was made for is not signed in any more. */
export function leave(): void {
  window.location.assign(loginFrom(window.location));
}

/** Asks for the password where the server wants it once more, and then asks the server again. */
function provenLink(ask: AskAgain): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        let over = false;
        let running = next(op).subscribe({
          next: (value) => observer.next(value),
          complete: () => observer.complete(),
          error: async (error) => {
            if (error.data?.reason !== "REAUTHENTICATE" || !(await ask())) return observer.error(error);
            if (!over) running = next(op).subscribe(observer);
          },
        });
        return () => {
          over = true;
          running.unsubscribe();
        };
      });
}

/** A page that was open when its session ended is of no use any more. */
const knownLink: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) =>
    observable((observer) =>
      next(op).subscribe({
        next: (value) => observer.next(value),
        complete: () => observer.complete(),
        error: (error) => {
          if (error.data?.reason === "UNAUTHENTICATED") leave();
          observer.error(error);
        },
      }),
    );

function connect(ask: AskAgain) {
  return createTRPCClient<AppRouter>({
    links: [
      knownLink,
      provenLink(ask),
      // No batches: what one host answers at once must not wait for a host that is silent.
      splitLink({
        // A resume token names snapshots: it belongs in no URL, and so in no log or history. A hundred policies fit in none.
        condition: ({ path }) => path === "tokens.decode" || path === "policies.preview",
        true: httpLink({ ...calls, methodOverride: "POST" }),
        false: httpLink(calls),
      }),
    ],
  });
}

// The server is on the same network or the same machine: whether there is an internet says nothing about it.
function queryClient(): QueryClient {
  const networkMode = "always";
  return new QueryClient({
    defaultOptions: {
      queries: { networkMode, retry: false, refetchOnWindowFocus: false },
      mutations: { networkMode, retry: false },
    },
  });
}

/**
 * Gives everything below it the server's procedures.
 * @param me who is signed in.
 */
export function ServerProvider({ me, children }: { me: Me; children: ReactNode }) {
  const ask = useRef<AskAgain>(async () => false);
  const [client] = useState(() => connect(() => ask.current()));
  const [queries] = useState(queryClient);
  return (
    <QueryClientProvider client={queries}>
      <TRPCProvider trpcClient={client} queryClient={queries}>
        <MeContext value={me}>
          {children}
          {me && <ReauthenticateOnDemand ask={ask} />}
        </MeContext>
      </TRPCProvider>
    </QueryClientProvider>
  );
}
