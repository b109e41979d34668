import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { cameByHttps, checkRequest, doorsOf } from "./server/access/guard";
import { contentPolicy, pathHeader, securityHeaders } from "./server/access/headers";
import { configuration } from "./server/configuration/configuration";

/** Every request passes here first: where it comes from is judged here, who sends it is judged where it is answered. */
export function proxy(request: NextRequest): NextResponse {
  const header = (name: string) => request.headers.get(name);
  const refusal = checkRequest(
    { method: request.method, path: request.nextUrl.pathname, header },
    doorsOf(configuration()),
  );
  if (refusal) return hardened(NextResponse.json({ error: refusal.message }, { status: refusal.status }));
  const dev = process.env.NODE_ENV === "development";
  const policy = contentPolicy(randomBytes(16).toString("base64"), { https: cameByHttps(header), dev });
  // Next reads the nonce from the request, and gives it to its own scripts.
  const headers = new Headers(request.headers);
  headers.set("Content-Security-Policy", policy);
  headers.set(pathHeader, `${request.nextUrl.pathname}${request.nextUrl.search}`);
  const response = hardened(NextResponse.next({ request: { headers } }));
  response.headers.set("Content-Security-Policy", policy);
  return response;
}

function hardened(response: NextResponse): NextResponse {
  for (const [name, value] of Object.entries(securityHeaders)) response.headers.set(name, value);
  return response;
}
