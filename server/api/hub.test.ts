import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { factsOf, newDataset } from "../receives/fixtures";
import { judge } from "../receives/judge";
import { verbatim } from "../say";
import { wire } from "../wire";
import { type HalfwayEvent, Hub, type ListedReceive, listed, tallyOf } from "./hub";

const host = (name: string, answeredAt: number) => ({
  type: "host" as const,
  host: {
    name,
    address: name,
    status: "online" as const,
    since: 0,
    problem: null,
    zfsVersion: null,
    answeredAt,
    troubledPools: [],
  },
});

const { receive: found, ...facts } = factsOf(newDataset);
const whole = { ...found, verdict: judge({ receive: found, ...facts }) };

function receive(dataset: string, spaceHeld = 1n): ListedReceive {
  return { ...listed(whole), id: `nas:${dataset}`, dataset, spaceHeld };
}

function receives(...all: ListedReceive[]): HalfwayEvent {
  return { type: "receives", host: "nas", tally: tallyOf(all), receives: all, gone: [] };
}

const complete: HalfwayEvent = { type: "complete" };

describe("a page's stream", () => {
  test("tells that a host is gone, also pages that missed it, and that it is back", async () => {
    const hub = new Hub();
    hub.put(host("nas", 1));
    hub.putReceives("nas", [receive("a")]);
    hub.put({ type: "host-gone", host: "nas" });
    expect(hub.snapshot()).toEqual([{ type: "host-gone", host: "nas" }]);
    hub.put(host("nas", 2));
    expect(hub.snapshot()).toEqual([host("nas", 2)]);
  });

  test("begins with everything, then brings what changed, newest state only", async () => {
    const hub = new Hub();
    hub.put(host("nas", 1));
    hub.putReceives("nas", []);
    const stream = hub.stream(new AbortController().signal);
    expect((await stream.next()).value).toEqual([host("nas", 1), receives()]);
    expect((await stream.next()).value).toEqual([complete]);
    const changes = stream.next();
    hub.put(host("nas", 2));
    hub.put(host("nas", 3));
    hub.putReceives("nas", []);
    expect((await changes).value).toEqual([host("nas", 3)]);
    await stream.return(undefined);
  });

  test("brings of a list only what changed and what is gone, and what all of it comes to", async () => {
    const hub = new Hub();
    hub.putReceives("nas", [receive("a"), receive("b"), receive("c")]);
    const stream = hub.stream(new AbortController().signal);
    await stream.next();
    await stream.next();
    const changes = stream.next();
    hub.putReceives("nas", [receive("a"), receive("c", 2n)]);
    const tally = tallyOf([receive("a"), receive("c", 2n)]);
    expect((await changes).value).toEqual([
      { type: "receives", host: "nas", tally, receives: [receive("c", 2n)], gone: ["nas:b"] },
    ]);
    await stream.return(undefined);
  });

  test("brings a list of thousands in batches, of each receive its newest state, and says when that was all", async () => {
    const hub = new Hub();
    const many = Array.from({ length: 1_200 }, (_, at) => receive(`d${at}`));
    hub.put(host("nas", 1));
    hub.putReceives("nas", many);
    const stream = hub.stream(new AbortController().signal);
    const told: ListedReceive[] = [];
    for (let batches = 0; ; batches += 1) {
      const events: HalfwayEvent[] = (await stream.next()).value ?? [];
      if (batches === 0) {
        // The last one of them changes while the first ones are on their way.
        hub.putReceives("nas", [...many.slice(0, -1), receive("d1199", 9n)]);
      }
      const lists = events.flatMap((event) => (event.type === "receives" ? [event] : []));
      for (const { receives, tally } of lists) {
        expect(receives.length).toBeLessThanOrEqual(500);
        expect(tally.stopped).toBe(1_200);
        told.push(...receives);
      }
      if (events.some(({ type }) => type === "complete")) break;
    }
    expect(new Set(told.map(({ id }) => id)).size).toBe(1_200);
    expect(told.at(-1)).toEqual(receive("d1199", 9n));
    await stream.return(undefined);
  });

  test("that ends half-way never says that it was all", async () => {
    const hub = new Hub();
    hub.putReceives(
      "nas",
      Array.from({ length: 1_200 }, (_, at) => receive(`d${at}`)),
    );
    const leaving = new AbortController();
    const stream = hub.stream(leaving.signal);
    await stream.next();
    leaving.abort();
    await expect(stream.next()).rejects.toThrow("closing");
  });

  test("brings a page that missed that a host was removed and added again no receive of the one before", async () => {
    const hub = new Hub();
    hub.put(host("nas", 1));
    hub.putReceives("nas", [receive("a")]);
    const stream = hub.stream(new AbortController().signal);
    await stream.next();
    await stream.next();
    const changes = stream.next();
    hub.put({ type: "host-gone", host: "nas" });
    hub.put(host("nas", 2));
    hub.putReceives("nas", [receive("b")]);
    expect((await changes).value).toEqual([
      host("nas", 2),
      {
        type: "receives",
        host: "nas",
        tally: tallyOf([receive("b")]),
        receives: [receive("b")],
        gone: ["nas:a"],
      },
    ]);
    await stream.return(undefined);
  });

  test("takes the receives of one that was removed and added again off the page, also before it is read", async () => {
    const hub = new Hub();
    hub.put(host("nas", 1));
    hub.putReceives("nas", [receive("a")]);
    const stream = hub.stream(new AbortController().signal);
    await stream.next();
    await stream.next();
    const changes = stream.next();
    hub.put({ type: "host-gone", host: "nas" });
    hub.put(host("nas", 2));
    expect((await changes).value).toEqual([{ type: "host-gone", host: "nas" }, host("nas", 2)]);
    await stream.return(undefined);
  });

  test("carries no evidence and no command of a receive: ten thousand of them are a few megabytes", () => {
    expect(whole.verdict.evidence.length).toBeGreaterThan(0);
    const text = JSON.stringify(wire.serialize(listed(whole)));
    expect(text).not.toMatch(/evidence|command|zfs (list|send)/);
    expect(text.length).toBeLessThan(1_200);
  });

  test("brings news at once after a quiet while, and no more than two batches a second of many", async () => {
    const hub = new Hub();
    const stream = hub.stream(new AbortController().signal);
    await stream.next();
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
    await stream.next();
    const rest = stream.next();
    page.abort();
    await expect(rest).rejects.toMatchObject({ name: "AbortError" });
  });
});

test("receives are counted by what was judged of those that have stopped", () => {
  const blocked = (certain: boolean): ListedReceive["verdict"] =>
    whole.verdict &&
    ({
      ...listed(whole).verdict,
      ...{ kind: "blocked", obstacles: [{ what: "quota", certain }] },
    } as ListedReceive["verdict"]);
  const arriving = { kind: "receiving", by: "other", evidence: verbatim("") } as const;
  expect(
    tallyOf([
      ...[receive("a", 3n), { ...receive("b", 4n), verdict: null }],
      ...[
        { ...receive("c"), verdict: blocked(true) },
        { ...receive("d"), verdict: blocked(false) },
      ],
      { ...receive("e"), activity: arriving },
    ]),
  ).toEqual({
    ...{ stopped: 4, held: 9n, arriving: 1, surelyBlocked: 1 },
    verdicts: { resumable: 1, blocked: 2 },
  });
});
