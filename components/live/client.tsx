"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpLink, httpSubscriptionLink, retryLink, splitLink } from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { type ReactNode, useState } from "react";
import superjson from "superjson";
import type { AppRouter } from "@/server/api/root";

const { TRPCProvider, useTRPC } = createTRPCContext<AppRouter>();

export { useTRPC };

const url = "/api/trpc";
const longestPause = 5_000;

/** Longer than the server takes for anything; a dialog must not wait for a connection that died without a word. */
const answersWithin = 240_000;

type Fetch = NonNullable<Parameters<typeof httpLink<AppRouter>>[0]["fetch"]>;

const fetchWithin: Fetch = (input, init) => {
  const limit = AbortSignal.timeout(answersWithin);
  // Browsers of before 2024 cannot join two signals: theirs is the caller's.
  const own = init?.signal;
  const signal = own && "any" in AbortSignal ? AbortSignal.any([own, limit]) : (own ?? limit);
  return fetch(input, { ...(init as RequestInit), signal });
};

const calls = { url, transformer: superjson, fetch: fetchWithin };

function connect() {
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === "subscription",
        true: [
          // A stream that a proxy answers with an error page would otherwise end for good.
          retryLink({
            retry: () => true,
            retryDelayMs: (attempts) => Math.min(500 * 2 ** attempts, longestPause),
          }),
          httpSubscriptionLink({ url, transformer: superjson }),
        ],
        // No batches: what one host answers at once must not wait for a host that is silent.
        false: splitLink({
          // A resume token names snapshots: it belongs in no URL, and so in no log or history. A hundred policies fit in none.
          condition: ({ path }) => path === "tokens.decode" || path === "policies.preview",
          true: httpLink({ ...calls, methodOverride: "POST" }),
          false: httpLink(calls),
        }),
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

/** Gives everything below it the server's procedures. */
export function ServerProvider({ children }: { children: ReactNode }) {
  const [client] = useState(connect);
  const [queries] = useState(queryClient);
  return (
    <QueryClientProvider client={queries}>
      <TRPCProvider trpcClient={client} queryClient={queries}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
