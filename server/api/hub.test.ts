import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type HalfwayEvent, Hub } from "./hub";

const receives = (host: string): HalfwayEvent => ({ type: "receives", host, receives: [] });
const host = (name: string, answeredAt: number): HalfwayEvent => ({
  type: "host",
  host: {
    name,
    address: name,
    status: "online",
    since: 0,
    problem: null,
    zfsVersion: null,
    answeredAt,
    troubledPools: [],
  },
});

describe("a page's stream", () => {
  test("tells that a host is gone, also pages that missed it, and that it is back", async () => {
    const hub = new Hub();
    hub.put(host("nas", 1));
    hub.put(receives("nas"));
    hub.put({ type: "host-gone", host: "nas" });
    expect(hub.snapshot()).toEqual([{ type: "host-gone", host: "nas" }]);
    hub.put(host("nas", 2));
    expect(hub.snapshot()).toEqual([host("nas", 2)]);
  });

  test("begins with everything, then brings what changed, newest state only", async () => {
    const hub = new Hub();
    hub.put(host("nas", 1));
    hub.put(receives("nas"));
    const stream = hub.stream(new AbortController().signal);
    expect((await stream.next()).value).toEqual([host("nas", 1), receives("nas")]);
    const changes = stream.next();
    hub.put(host("nas", 2));
    hub.put(host("nas", 3));
    hub.put(receives("nas"));
    expect((await changes).value).toEqual([host("nas", 3)]);
    await stream.return(undefined);
  });

  test("brings news at once after a quiet while, and no more than two batches a second of many", async () => {
    const hub = new Hub();
    const stream = hub.stream(new AbortController().signal);
    await stream.next();
    await sleep(600);
    const told: number[] = [];
    let at = 0;
    const storm = setInterval(() => hub.put(host("nas", ++at)), 5);
    const began = performance.now();
    while (told.length < 4) {
      await stream.next();
      told.push(performance.now() - began);
    }
    clearInterval(storm);
    expect(told[0]).toBeLessThan(200);
    expect(told[3]).toBeGreaterThan(1_400);
    await stream.return(undefined);
  });

  test("ends by an AbortError when the server goes down, so that the browser comes back", async () => {
    const hub = new Hub();
    const stream = hub.stream(new AbortController().signal);
    await stream.next();
    const rest = stream.next();
    hub.close();
    await expect(rest).rejects.toMatchObject({ name: "AbortError" });
  });

  test("ends when the page goes away", async () => {
    const hub = new Hub();
    const page = new AbortController();
    const stream = hub.stream(page.signal);
    await stream.next();
    const rest = stream.next();
    page.abort();
    await expect(rest).rejects.toMatchObject({ name: "AbortError" });
  });
});
