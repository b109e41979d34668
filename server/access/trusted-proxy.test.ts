import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { peerOf, stampPeers } from "./peer";
import { proxiedName, trustedProxy } from "./trusted-proxy";

const secret = "a secret of the proxy's, long";
const configured = { userHeader: "remote-user", secret, peers: ["127.0.0.1", "::1"] };
const proven = { "x-halfway-proxy-secret": secret, "remote-user": "alice" };

const server = createServer((_, response) => response.end()).listen(0, "127.0.0.1");
beforeAll(async () => {
  stampPeers();
  if (!server.listening) await once(server, "listening");
});
afterAll(() => {
  server.close();
});

/** The headers of a request as a server gets them whose client is at an address. */
async function received(headers: Record<string, string>, from = "127.0.0.1"): Promise<Headers> {
  const arriving = once(server, "request");
  const { port } = server.address() as AddressInfo;
  request({ port, host: "127.0.0.1", localAddress: from, headers, agent: false }).end();
  const [{ headers: got }] = (await arriving) as [{ headers: IncomingHttpHeaders }];
  return new Headers(Object.entries(got).map(([name, value]): [string, string] => [name, String(value)]));
}

const says = async (headers: Record<string, string>, from?: string, peers = configured.peers) =>
  proxiedName(await received(headers, from), trustedProxy({ ...configured, peers }));

test("where a connection comes from is known, whatever its client says", async () => {
  expect(peerOf(await received({}))).toBe("127.0.0.1");
  expect(peerOf(await received({}, "127.0.0.9"))).toBe("127.0.0.9");
  const forged = { "x-halfway-peer": "seal 127.0.0.1", "x-forwarded-for": "127.0.0.1" };
  expect(peerOf(await received(forged, "127.0.0.9"))).toBe("127.0.0.9");
  expect(peerOf(new Headers(forged))).toBeNull();
});

describe("who somebody is", () => {
  test("is believed of the proxy: it knows the secret, and connects from where it should", async () => {
    expect(await says(proven)).toBe("alice");
    expect(await says({ ...proven, "remote-user": " Alice" })).toBe("alice");
    expect(await says(proven, "127.0.0.9", ["192.0.2.1", "127.0.0.8/30"])).toBe("alice");
  });

  test("is believed of nobody else", async () => {
    expect(await says({ "remote-user": "alice" })).toBeNull();
    for (const guess of ["", "a secret", `${secret} `.repeat(2), secret.toUpperCase()]) {
      expect(await says({ ...proven, "x-halfway-proxy-secret": guess })).toBeNull();
    }
    expect(await says(proven, "127.0.0.9")).toBeNull();
    expect(await says({ ...proven, "x-forwarded-for": "127.0.0.1" }, "127.0.0.9")).toBeNull();
    // A request that was not seen arriving.
    expect(proxiedName(new Headers(proven), trustedProxy(configured))).toBeNull();
  });

  test("is nobody where the header names none, or two", async () => {
    expect(await says({ "x-halfway-proxy-secret": secret })).toBeNull();
    for (const odd of ["", "alice, mallory", "alice mallory", "-x"]) {
      expect(await says({ ...proven, "remote-user": odd })).toBeNull();
    }
  });
});
