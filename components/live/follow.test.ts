import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { HalfwayEvent } from "@/server/api/hub";
import { say } from "@/server/say";
import { wire } from "@/server/wire";
import { follow } from "./follow";

/** The browser's side of a connection; the tests are the server. */
class Stream extends EventTarget {
  static all: Stream[] = [];
  readyState = 0;
  constructor() {
    super();
    Stream.all.push(this);
  }
  close(): void {
    this.readyState = 2;
  }
  says(type: string, data = ""): void {
    this.dispatchEvent(new MessageEvent(type, { data }));
  }
  /** A connection that stands, and all there is. */
  begins(): void {
    this.readyState = 1;
    this.says("connected", JSON.stringify({ reconnectAfterInactivityMs: 20_000 }));
    this.says("message", batch());
  }
  /** As where a proxy answers with an error page, or the server with 401 or 403: the browser gives up. */
  fails(): void {
    this.readyState = 2;
    this.dispatchEvent(new Event("error"));
  }
}

/** What this tab and the others say to each other. */
class Channel {
  static sent: Record<string, unknown>[] = [];
  static tab: Channel | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  constructor() {
    Channel.tab = this;
  }
  postMessage(data: Record<string, unknown>): void {
    Channel.sent.push(data);
  }
  close(): void {
    this.onmessage = null;
  }
}

const memory: HalfwayEvent = { type: "memory", memory: { state: "none", file: "/f", problem: say`full` } };
const batch = (...events: HalfwayEvent[]) => JSON.stringify(wire.serialize(events));

/** Another tab of the browser passes on what it heard. */
const overhear = (type: string, text = "", { by = 2, shown = true } = {}) =>
  Channel.tab?.onmessage?.({ data: { type, text, by, shown } });

const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
function becomes(visibilityState: "visible" | "hidden"): void {
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event("visibilitychange"));
}

const on = { onBegin: vi.fn(), onEvents: vi.fn(), onLost: vi.fn(), onSignedOut: vi.fn() };
let end = () => {};
const latest = () => Stream.all.at(-1) as Stream;
const open = () => Stream.all.filter(({ readyState }) => readyState !== 2).length;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Stream);
  vi.stubGlobal("BroadcastChannel", Channel);
  vi.stubGlobal("document", page);
  page.visibilityState = "visible";
  [Stream.all, Channel.sent] = [[], []];
  vi.clearAllMocks();
  end = follow(on);
});
afterEach(() => {
  end();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("tells when a connection begins, and what comes by it, in its order", () => {
  latest().begins();
  latest().says("message", batch(memory));
  expect(on.onEvents.mock.calls).toEqual([[[]], [[memory]]]);
  expect(on.onBegin).toHaveBeenCalledOnce();
  expect(on.onBegin.mock.invocationCallOrder[0]).toBeLessThan(on.onEvents.mock.invocationCallOrder[0] ?? 0);
});

it("takes pings for signs of life, and a long silence for a dead connection", () => {
  latest().begins();
  for (let pings = 0; pings < 10; pings += 1) {
    vi.advanceTimersByTime(19_000);
    latest().says("ping");
  }
  expect([Stream.all.length, on.onLost.mock.calls.length]).toEqual([1, 0]);
  vi.advanceTimersByTime(20_000);
  expect([Stream.all.length, open(), on.onLost.mock.calls.length]).toEqual([2, 1, 1]);
});

it("does not wait for ever for a connection that never begins", () => {
  vi.advanceTimersByTime(25_000);
  expect([Stream.all.length, open(), on.onLost.mock.calls.length]).toEqual([2, 1, 1]);
});

it("asks again where it is refused or answered with an error page, less and less often, but at least every five seconds", () => {
  const pauses: number[] = [];
  for (let tries = 0; tries < 6; tries += 1) {
    latest().fails();
    const [from, before] = [Date.now(), Stream.all.length];
    while (Stream.all.length === before) vi.advanceTimersByTime(100);
    pauses.push(Date.now() - from);
  }
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  expect(on.onLost).toHaveBeenCalledTimes(6);
});

it("asks soon again once a connection has lasted", () => {
  for (let tries = 0; tries < 4; tries += 1) {
    latest().fails();
    vi.advanceTimersByTime(5_000);
  }
  latest().begins();
  vi.advanceTimersByTime(10_000);
  latest().says("ping");
  latest().fails();
  vi.advanceTimersByTime(500);
  expect(Stream.all).toHaveLength(6);
});

it("slows down where each connection ends right after it began", () => {
  for (let tries = 0; tries < 5; tries += 1) {
    latest().begins();
    latest().says("return");
    vi.advanceTimersByTime(5_000);
  }
  const before = Stream.all.length;
  latest().begins();
  latest().says("return");
  vi.advanceTimersByTime(4_900);
  expect(Stream.all).toHaveLength(before);
  vi.advanceTimersByTime(100);
  expect(Stream.all).toHaveLength(before + 1);
});

it("leaves it to the browser to connect again where that tries by itself", () => {
  latest().begins();
  latest().readyState = 0;
  latest().dispatchEvent(new Event("error"));
  expect([Stream.all.length, on.onLost.mock.calls.length]).toEqual([1, 1]);
});

it("says as of when the page is: when something was heard last, not when that it is lost was noticed", () => {
  latest().begins();
  vi.advanceTimersByTime(5_000);
  latest().says("ping");
  const heardAt = Date.now();
  vi.setSystemTime(heardAt + 3_600_000);
  // The browser tries by itself, then gives up; then nothing answers for a while.
  latest().readyState = 0;
  latest().dispatchEvent(new Event("error"));
  latest().fails();
  vi.advanceTimersByTime(60_000);
  expect(on.onLost.mock.calls.length).toBeGreaterThan(3);
  expect(new Set(on.onLost.mock.calls.flat())).toEqual(new Set([heardAt]));
});

it("begins anew after something that cannot be read, and hears no more of that stream", () => {
  const first = latest();
  first.begins();
  first.says("message", "<html>");
  expect(on.onLost).toHaveBeenCalledOnce();
  first.says("message", batch(memory));
  expect(on.onEvents).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(500);
  latest().begins();
  expect([Stream.all.length, on.onBegin.mock.calls.length]).toEqual([2, 2]);
});

it("says so where the session ended, and asks again after any other error", () => {
  latest().says("serialized-error", JSON.stringify(wire.serialize({ data: { reason: "UNAUTHENTICATED" } })));
  expect(on.onSignedOut).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(500);
  latest().says("serialized-error", JSON.stringify(wire.serialize({ data: { reason: "INTERNAL" } })));
  vi.advanceTimersByTime(1_000);
  expect([on.onSignedOut.mock.calls.length, Stream.all.length]).toEqual([1, 3]);
});

it("connects anew when it is looked at after a sleep, without waiting for a silence", () => {
  latest().begins();
  const heardAt = Date.now();
  becomes("hidden");
  // While a machine sleeps no timer runs.
  vi.setSystemTime(heardAt + 3_600_000);
  becomes("visible");
  expect([Stream.all.length, open()]).toEqual([2, 1]);
  // Until that one tells all there is, what is shown is old.
  expect(on.onLost.mock.calls).toEqual([[heardAt]]);
});

it("lets a connection begin in peace, however often it is looked at meanwhile", () => {
  vi.advanceTimersByTime(5_000);
  becomes("hidden");
  becomes("visible");
  expect([Stream.all.length, on.onLost.mock.calls.length]).toEqual([1, 0]);
});

it("keeps its stream when it is looked at again after a short while", () => {
  latest().begins();
  becomes("hidden");
  vi.advanceTimersByTime(5_000);
  becomes("visible");
  expect(Stream.all).toHaveLength(1);
});

it("ends with nothing left open, and hears nothing more", () => {
  const first = latest();
  first.begins();
  end();
  first.says("message", batch(memory));
  vi.advanceTimersByTime(60_000);
  expect([Stream.all.length, open(), on.onEvents.mock.calls.length]).toEqual([1, 0, 1]);
});

it("passes on what it hears, so that other tabs need no stream", () => {
  latest().begins();
  latest().says("ping");
  expect(Channel.sent.map(({ type }) => type)).toEqual(["connected", "message", "ping"]);
  overhear("who");
  expect(Channel.sent.at(-1)).toMatchObject({ type: "ping", shown: true });
});

it("keeps its stream while it is looked at, whatever other tabs hear", () => {
  latest().begins();
  overhear("message", batch(memory));
  expect([open(), on.onEvents.mock.calls.length]).toEqual([1, 1]);
});

it("gives its stream up once nobody looks at it and another tab has one, and is told by that", () => {
  latest().begins();
  becomes("hidden");
  expect(open()).toBe(1);
  overhear("ping");
  expect(open()).toBe(0);
  overhear("message", batch(memory));
  expect(on.onEvents).toHaveBeenLastCalledWith([memory]);
  // A third tab says the same: once is enough.
  overhear("message", batch(memory), { by: 3 });
  expect(on.onEvents).toHaveBeenCalledTimes(2);
  becomes("visible");
  // What the other one told is current.
  expect([open(), on.onLost.mock.calls.length]).toEqual([1, 0]);
});

it("does not give it up before all there is was told, and asks then who else has one", () => {
  becomes("hidden");
  overhear("ping");
  expect(open()).toBe(1);
  latest().begins();
  expect(Channel.sent.at(-1)).toMatchObject({ type: "who", shown: false });
  overhear("ping");
  expect(open()).toBe(0);
});

it("of two that nobody looks at only one gives its stream up", () => {
  latest().begins();
  becomes("hidden");
  overhear("ping", "", { by: 1.5, shown: false });
  expect(open()).toBe(1);
  overhear("ping", "", { by: -1, shown: false });
  expect(open()).toBe(0);
});

it("takes a stream of its own when the tab it listened to falls silent", () => {
  latest().begins();
  becomes("hidden");
  overhear("ping");
  vi.advanceTimersByTime(19_000);
  overhear("ping");
  vi.advanceTimersByTime(19_000);
  expect(open()).toBe(0);
  vi.advanceTimersByTime(1_000);
  expect(open()).toBe(1);
});
