import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { halfway } from "@/server/api/halfway";
import { answerFor } from "@/server/api/plain-answer";
import { appRouter } from "@/server/api/root";

export const dynamic = "force-dynamic";

async function handler(request: Request): Promise<Response> {
  const answer = await fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    // A query whose input belongs in no URL comes by POST.
    allowMethodOverride: true,
    // The page never asks for several things at once: each attempt at a password is a request of its own.
    allowBatching: false,
    // What one caller may see no cache keeps for the next one.
    responseMeta: () => ({ headers: { "Cache-Control": "no-store" } }),
    createContext: async ({ resHeaders }) => {
      const running = await halfway();
      return {
        halfway: running,
        caller: await running.access.identify(request.headers),
        headers: request.headers,
        setCookies: (cookies) => {
          for (const cookie of cookies) resHeaders.append("Set-Cookie", cookie);
        },
      };
    },
  });
  return answerFor(request, answer);
}

export { handler as GET, handler as POST };
