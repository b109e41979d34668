import { describe, expect, test } from "vitest";
import { checkRequest, doorsOf } from "./guard";

const json = { "content-type": "application/json", "content-length": "2", "x-halfway": "page" };

function status(
  method: string,
  headers: Record<string, string>,
  doors: { names?: string[]; insecureHttp?: boolean } = {},
  path = "/",
) {
  const all: Record<string, string> = { host: "localhost:3000", ...headers };
  return (
    checkRequest(
      { method, path, header: (name) => all[name] ?? null },
      doorsOf({ names: [], insecureHttp: false, ...doors }),
    )?.status ?? null
  );
}

describe("a request is let through", () => {
  test("from the page itself", () => {
    expect(
      status("POST", { ...json, origin: "http://localhost:3000", "sec-fetch-site": "same-origin" }),
    ).toBeNull();
  });
  test("from a script without a browser, which shows a token", () => {
    const { "x-halfway": _, ...plain } = json;
    expect(status("POST", { ...plain, authorization: "Bearer x" })).toBeNull();
  });
  test("to open the page by a link from elsewhere", () => {
    expect(status("GET", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })).toBeNull();
  });
  test("that an HTTPS proxy brings, by a name that is configured", () => {
    const proxied = { host: "nas.lan", "x-forwarded-proto": "https", origin: "https://nas.lan" };
    expect(status("POST", { ...json, ...proxied }, { names: ["tower", "nas.lan"] })).toBeNull();
  });
});

describe("a request is refused", () => {
  test("that reached us under a name of somebody else's (DNS rebinding)", () => {
    expect(status("GET", { host: "evil.example" })).toBe(421);
    expect(status("GET", { host: "localhost.evil.example" })).toBe(421);
    expect(status("GET", { host: "" })).toBe(421);
  });
  test("over plain HTTP from another machine, unless that network is trusted", () => {
    const names = ["nas.lan"];
    expect(status("GET", { host: "nas.lan:3000" }, { names })).toBe(426);
    expect(status("GET", { host: "nas.lan:3000" }, { names, insecureHttp: true })).toBeNull();
  });
  test("that another site's form sends", () => {
    const form = { ...json, "content-type": "multipart/form-data" };
    expect(status("POST", { ...form, origin: "https://evil.example" })).toBe(403);
    for (const type of ["multipart/form-data", "text/plain", "application/json-seq", ""]) {
      expect(status("POST", { ...json, "content-type": type })).toBe(415);
    }
    const plain = { "content-type": "application/json", "content-length": "2" };
    expect(status("POST", plain)).toBe(403);
    expect(status("POST", { ...plain, authorization: "Basic eDp5" })).toBe(403);
  });
  test("that another site's script sends", () => {
    expect(status("POST", { ...json, origin: "https://evil.example" })).toBe(403);
    expect(status("POST", { ...json, origin: "http://localhost:4000" })).toBe(403);
    expect(status("POST", { ...json, origin: "https://localhost:3000" })).toBe(403);
    expect(status("POST", { ...json, origin: "null" })).toBe(403);
    expect(status("POST", { ...json, "sec-fetch-site": "same-site" })).toBe(403);
  });
  test("that would read our data from another site", () => {
    expect(status("GET", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).toBe(403);
  });
  test("by a link from elsewhere, to anything but a page", () => {
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect(status("GET", link, {}, "/api/trpc/audit.export")).toBe(403);
    expect(status("GET", { ...link, "sec-fetch-site": "none" }, {}, "/api/trpc/audit.export")).toBeNull();
  });
  test("for a server action: there is none", () => {
    expect(status("POST", { ...json, "next-action": "x" })).toBe(400);
  });
  test("that is too long, or does not say how long it is", () => {
    expect(status("POST", { ...json, "content-length": "2000000" })).toBe(413);
    expect(status("POST", { ...json, "content-length": "-1" })).toBe(411);
    expect(status("POST", { "content-type": "application/json", "x-halfway": "page" })).toBe(411);
  });
  test("by any other method", () => {
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
      expect(status(method, json)).toBe(405);
  });
});
