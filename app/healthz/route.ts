import { halfway } from "@/server/api/halfway";

export const dynamic = "force-dynamic";

/** 200 while this server works, 503 with the part that does not; says nothing about anybody's data. */
export async function GET(): Promise<Response> {
  const health = await (await halfway()).health.look();
  return Response.json(health, {
    status: health.status === "ok" ? 200 : 503,
    headers: { "Cache-Control": "no-store" },
  });
}
