import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { peerOf, stampPeers } from "./peer";
import { loadTrustedProxy, proxiedName } from "./trusted-proxy";

const secret = "a secret of the proxy's, long";
const env = { HALFWAY_PROXY_USER_HEADER: "Remote-User", HALFWAY_PROXY_SECRET: secret };
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

const says = async (headers: Record<string, string>, from?: string, more: Record<string, string> = {}) => {
  const proxy = loadTrustedProxy({ ...env, ...more });
  return proxy && proxiedName(await received(headers, from), proxy);
};

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
    expect(await says(proven, "127.0.0.9", { HALFWAY_PROXY_PEERS: "192.0.2.1, 127.0.0.8/30" })).toBe("alice");
  });

  test("is believed of nobody else", async () => {
    expect(await says({ "remote-user": "alice" })).toBeNull();
    for (const guess of ["", "a secret", `${secret} `.repeat(2), secret.toUpperCase()]) {
      expect(await says({ ...proven, "x-halfway-proxy-secret": guess })).toBeNull();
    }
    expect(await says(proven, "127.0.0.9")).toBeNull();
    expect(await says({ ...proven, "x-forwarded-for": "127.0.0.1" }, "127.0.0.9")).toBeNull();
    const proxy = loadTrustedProxy(env);
    // A request that was not seen arriving.
    expect(proxy && proxiedName(new Headers(proven), proxy)).toBeNull();
  });

  test("is nobody where the header names none, or two", async () => {
    expect(await says({ "x-halfway-proxy-secret": secret })).toBeNull();
    for (const odd of ["", "alice, mallory", "alice mallory", "-x"]) {
      expect(await says({ ...proven, "remote-user": odd })).toBeNull();
    }
  });
});

describe("a proxy is not trusted", () => {
  test("unless it is named", () => {
    expect(loadTrustedProxy({ HALFWAY_PROXY_SECRET: secret })).toBeNull();
  });

  test("where it could be anybody, and the server does not start", () => {
    expect(() => loadTrustedProxy({ ...env, HALFWAY_PROXY_SECRET: "short" })).toThrow("at least 24");
    expect(() => loadTrustedProxy({ HALFWAY_PROXY_USER_HEADER: "remote-user" })).toThrow("PROXY_SECRET");
    for (const header of ["cookie", "x-forwarded-for", "remote user", "x-halfway-peer"]) {
      expect(() => loadTrustedProxy({ ...env, HALFWAY_PROXY_USER_HEADER: header })).toThrow("cannot say");
    }
    for (const peers of ["", "proxy.lan", "10.0.0.0/33", "10.0.0.0/", "::1/x"]) {
      expect(() => loadTrustedProxy({ ...env, HALFWAY_PROXY_PEERS: peers })).toThrow("no network");
    }
  });
});
