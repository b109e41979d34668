import { scrape } from "@/server/api/scrape";

export const dynamic = "force-dynamic";

/** What Prometheus asks for. */
export function GET(request: Request): Promise<Response> {
  return scrape(request.headers);
}
