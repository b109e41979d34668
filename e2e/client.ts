import { createTRPCClient, httpLink } from "@trpc/client";
import superjson from "superjson";
import type { AppRouter } from "../server/api/root";
import type { RunningServer } from "./server";

/** What a browser, or any other program, talks to Halfway with. */
export function browser(server: RunningServer) {
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({ url: `${server.url}/api/trpc`, transformer: superjson, headers: () => server.headers }),
    ],
  });
}
