import { afterEach, beforeEach, expect, test } from "vitest";
import { HalfwayError } from "../errors";
import { say } from "../say";
import { scrape } from "./scrape";

const key = Symbol.for("halfway.server");
const holder = globalThis as Record<symbol, unknown>;

let open = false;
beforeEach(() => {
  open = false;
  holder[key] = Promise.resolve({
    configuration: {
      metrics: {
        get open() {
          return open;
        },
      },
    },
    access: {
      identify: async (headers: Headers) => {
        if (headers.get("authorization") === null) return { kind: "nobody" };
        return { kind: "program", name: "prometheus", owner: "vera", role: "viewer" };
      },
    },
    metrics: { text: async () => "halfway_host_up 1\n", contentType: "text/plain; version=0.0.4" },
  });
});
afterEach(() => {
  delete holder[key];
});

const token = new Headers({ authorization: "Bearer halfway_x" });

test("metrics take the token of a viewer, and no cache keeps them for the next one", async () => {
  const refused = await scrape(new Headers());
  expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  const given = await scrape(token);
  expect([given.status, given.headers.get("cache-control")]).toEqual([200, "no-store"]);
  expect(await given.text()).toBe("halfway_host_up 1\n");
});

test("they take none where the configuration says so", async () => {
  open = true;
  expect((await scrape(new Headers())).status).toBe(200);
});

test("a server that has not started says so, instead of that nothing is wrong", async () => {
  holder[key] = Promise.reject(new HalfwayError("REFUSED", say`no`));
  await expect(scrape(token)).rejects.toThrow("no");
});
