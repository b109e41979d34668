import { createTRPCClient, httpLink } from "@trpc/client";
import type { AppRouter } from "../server/api/root";
import { wire } from "../server/wire";
import type { RunningServer } from "./server";

/** What a browser, or any other program, talks to Halfway with. */
export function browser(server: RunningServer) {
  return createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${server.url}/api/trpc`, transformer: wire, headers: () => server.headers })],
  });
}
