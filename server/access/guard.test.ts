import { describe, expect, test } from "vitest";
import { allowedHosts, checkRequest } from "./guard";

const json = { "content-type": "application/json" };

function status(method: string, headers: Record<string, string>) {
  const all: Record<string, string> = { host: "localhost:3000", ...headers };
  return checkRequest({ method, header: (name) => all[name] ?? null }, allowedHosts({}))?.status ?? null;
}

describe("a request is let through", () => {
  test("from the page itself", () => {
    expect(
      status("POST", { ...json, origin: "http://localhost:3000", "sec-fetch-site": "same-origin" }),
    ).toBeNull();
  });
  test("from a script without a browser", () => {
    expect(status("POST", json)).toBeNull();
  });
  test("to open the page by a link from elsewhere", () => {
    expect(status("GET", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })).toBeNull();
  });
});

describe("a request is refused", () => {
  test("that reached us under a name of somebody else's (DNS rebinding)", () => {
    expect(status("GET", { host: "evil.example" })).toBe(421);
  });
  test("that another site's form sends", () => {
    expect(status("POST", { "content-type": "multipart/form-data", origin: "https://evil.example" })).toBe(
      403,
    );
    expect(status("POST", { "content-type": "multipart/form-data" })).toBe(415);
    expect(status("POST", { "content-type": "text/plain" })).toBe(415);
  });
  test("that another site's script sends", () => {
    expect(status("POST", { ...json, origin: "https://evil.example" })).toBe(403);
    expect(status("POST", { ...json, origin: "http://localhost:4000" })).toBe(403);
    expect(status("POST", { ...json, origin: "null" })).toBe(403);
    expect(status("POST", { ...json, "sec-fetch-site": "same-site" })).toBe(403);
  });
  test("that would read our data from another site", () => {
    expect(status("GET", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).toBe(403);
  });
});

test("further names can be configured", () => {
  const hosts = allowedHosts({ HALFWAY_ALLOWED_HOSTS: "nas.lan, NAS" });
  expect(hosts.has("nas.lan") && hosts.has("nas")).toBe(true);
});
