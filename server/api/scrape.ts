import { atLeast } from "../access/roles";
import { type Halfway, halfway } from "./halfway";

/** Everything in Prometheus's format, for whoever may look; for all who get as far as here where the metrics are open. */
export async function scrape(headers: Headers): Promise<Response> {
  const running = await halfway();
  if (!running.configuration.metrics.open && !(await mayLook(running, headers))) {
    return new Response("Metrics take an API token (Authorization: Bearer …) of a viewer or more.\n", {
      status: 401,
      headers: { "WWW-Authenticate": "Bearer", "Cache-Control": "no-store" },
    });
  }
  const { metrics } = running;
  return new Response(await metrics.text(), {
    headers: { "Content-Type": metrics.contentType, "Cache-Control": "no-store" },
  });
}

async function mayLook({ access }: Halfway, headers: Headers): Promise<boolean> {
  const caller = await access.identify(headers);
  return caller.kind !== "nobody" && atLeast(caller.role, "viewer");
}
