import { randomBytes } from "node:crypto";
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

const header = "x-halfway-peer";

// Route handlers and instrumentation get different copies of this module (next.js#65350), hence the global.
const key = Symbol.for("halfway.peers");
type Global = typeof globalThis & { [key]?: string };

/** What proves that a request was stamped here: nobody outside of this process knows it. */
function seal(): string {
  const holder = globalThis as Global;
  holder[key] ??= randomBytes(24).toString("base64url");
  return holder[key];
}

/**
 * From now on every request carries the address that its connection comes from. Of a connection, Next tells a route handler only
 * headers, which anybody can send; this is put among them before Next sees them.
 */
export function stampPeers(): void {
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    request.headers[header] = `${seal()} ${request.socket.remoteAddress ?? ""}`;
  });
}

/** The address that the connection of a request comes from; null where that is not known for sure. */
export function peerOf(headers: Headers): string | null {
  const [sealed, address] = (headers.get(header) ?? "").split(" ");
  return sealed === seal() && address ? address : null;
}
