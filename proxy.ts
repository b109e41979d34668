import { type NextRequest, NextResponse } from "next/server";
import { allowedHosts, checkRequest } from "./server/access/guard";

/** Every request passes here first. */
export function proxy(request: NextRequest): NextResponse {
  const refusal = checkRequest(
    { method: request.method, header: (name) => request.headers.get(name) },
    allowedHosts(),
  );
  if (refusal) return NextResponse.json({ error: refusal.message }, { status: refusal.status });
  const response = NextResponse.next();
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("X-Frame-Options", "DENY");
  response.headers.set("Referrer-Policy", "no-referrer");
  return response;
}
