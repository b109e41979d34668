import { afterEach, describe, expect, test, vi } from "vitest";
import { Challenges } from "./challenges";
import { passkeyRefusal, siteOf } from "./site";

afterEach(() => {
  vi.useRealTimers();
});

const said = (challenge: Uint8Array) => Buffer.from(challenge).toString("base64url");

describe("a challenge", () => {
  test("is good once, and for what it was issued for", () => {
    const challenges = new Challenges();
    const challenge = said(challenges.issue("sign in"));
    expect(challenges.spend(challenge, "again alice")).toBe(false);
    expect(challenges.spend(challenge, "sign in")).toBe(true);
    expect(challenges.isGood(challenge, "sign in")).toBe(false);
    expect(challenges.spend(challenge, "sign in")).toBe(false);
  });

  test("is good for five minutes", () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const challenges = new Challenges();
    const challenge = said(challenges.issue("sign in"));
    vi.setSystemTime(Date.now() + 5 * 60_000 - 1);
    expect(challenges.isGood(challenge, "sign in")).toBe(true);
    vi.setSystemTime(Date.now() + 1);
    expect(challenges.isGood(challenge, "sign in")).toBe(false);
  });

  test("cannot be made up, prolonged, or taken from another server", () => {
    const challenges = new Challenges();
    const bytes = challenges.issue("sign in");
    expect(challenges.isGood(said(new Challenges().issue("sign in")), "sign in")).toBe(false);
    for (const at of bytes.keys()) {
      const other = Uint8Array.from(bytes);
      other[at] = (other[at] ?? 0) ^ 1;
      expect(challenges.isGood(said(other), "sign in")).toBe(false);
    }
    for (const nothing of ["", "AAAA", said(bytes.slice(0, 40)), said(bytes.slice(1))]) {
      expect(challenges.isGood(nothing, "sign in")).toBe(false);
    }
  });
});

describe("a passkey", () => {
  const refusalAt = (host: string, proto?: string) =>
    passkeyRefusal(siteOf(new Headers({ host, ...(proto ? { "x-forwarded-proto": proto } : {}) })));

  test("is offered where browsers have them: by HTTPS and on the machine itself, by a name", () => {
    expect(refusalAt("nas.lan", "https")).toBeNull();
    expect(refusalAt("nas.lan:8443", "https")).toBeNull();
    expect(refusalAt("localhost:3000")).toBeNull();
  });

  test("is not offered where they do not, and why is said", () => {
    expect(refusalAt("nas.lan:3000")).toContain("plain HTTP");
    for (const address of ["127.0.0.1:3000", "[::1]:3000"]) expect(refusalAt(address)).toContain("address");
    expect(refusalAt("192.0.2.7", "https")).toContain("address");
  });

  test("is tied to the origin as the browser writes it", () => {
    const origin = (host: string) => siteOf(new Headers({ host, "x-forwarded-proto": "https" }));
    expect(origin("NAS.lan:443")).toEqual({ name: "nas.lan", origin: "https://nas.lan" });
    expect(origin("nas.lan:8443")).toEqual({ name: "nas.lan", origin: "https://nas.lan:8443" });
  });
});
