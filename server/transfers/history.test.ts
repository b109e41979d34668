import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Said, say } from "../say";
import { Store } from "../store/store";
import type { Ending } from "./attempt";
import { type Cursor, History, type PastQuery, pictureOf, type Remembered } from "./history";
import type { Order } from "./order";
import type { Run } from "./run-dir";
import type { TransferState } from "./types";

const order: Order = {
  ...{ intent: "resume", host: "nas", dataset: "backup/Family Films", toGuid: 2n ** 63n, by: "the page" },
  source: { host: "tower", snapshot: "tank/films@monday", base: null },
  flags: { raw: false, largeBlocks: true, compressed: true, embedded: false },
  confirmed: { essence: "0123456789abcdef", rollback: false, losses: [], cautions: [] },
  again: null,
  series: null,
};
const id = "8a0c2d8e-6f1c-4a0e-9d4e-0b7a4c1f5a10";
const run: Run = {
  ...{
    transferId: id,
    number: 1,
    order,
    askedAt: 5,
    toGuid: order.toGuid,
    source: order.source,
    ...{ discarded: false, fetches: false },
  },
  ...{ before: 2n ** 40n, total: 2n ** 41n, startedAt: 10 },
  steps: [{ says: say`Send`, command: "zfs send | zfs receive", parts: [] }],
};
const ending: Ending = {
  ...{
    how: "interrupted",
    ended: null,
    at: 20,
    sent: 77n,
    message: say`The ${"link"} was lost.`,
    cause: "ssh-reset",
  },
  ...{ unexplained: false, left: null, exitCodes: { before: null, send: 255, receive: 1 } },
  stderr: { before: "", send: "Connection reset", receive: "", pipeline: "" },
  curve: [
    [0, 5n],
    [1, 77n],
  ],
};

let directory = "";
let store: Store;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "halfway history "));
  store = await Store.open(directory);
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

/** What the next server would remember. */
async function afterRestart(): Promise<{ history: History; remembered: Remembered[] }> {
  await store.settled();
  await store.close();
  store = await Store.open(directory);
  const history = new History(store);
  return { history, remembered: await history.load(50) };
}

test("a transfer, its attempts and every change of it are there after a restart, to the last bit of its numbers", async () => {
  const history = new History(store);
  await history.load(50);
  await history.begin(id, order, 5, 1);
  history.attempted(run, ending);
  const [remembered] = await new History(store).load(50);
  if (!remembered) throw new Error("it is not there");
  const waiting = { ...pictureOf(remembered), state: "waiting" as const, retryAt: 99, left: "fingerprint" };
  history.changed(waiting, 3, say`Waiting.`, null);

  const next = await afterRestart();
  const [again] = next.remembered;
  expect(again).toMatchObject({
    id,
    order,
    state: "waiting",
    retryAt: 99,
    fruitless: 3,
    left: "fingerprint",
  });
  expect(again?.last).toMatchObject({
    number: 1,
    before: 2n ** 40n,
    total: 2n ** 41n,
    sent: 77n,
    curve: ending.curve,
  });
  const { attempts, events } = await next.history.of(id);
  expect(attempts).toMatchObject([
    { message: "The link was lost.", exitCodes: ending.exitCodes, stderr: ending.stderr },
  ]);
  expect(events.map(({ state, words }) => [state, words])).toEqual([["waiting", "Waiting."]]);
  // Else no page could put it into another language.
  expect(attempts[0]?.message === ending.message).toBe(true);
});

test("ids of changes only ever grow, whatever the clock does and however often Halfway is restarted", async () => {
  let history = new History(store);
  await history.load(50);
  await history.begin(id, order, 5, 1);
  for (let restart = 0; restart < 3; restart++) {
    const [remembered] = await history.load(50);
    if (!remembered) throw new Error("it is not there");
    for (const state of ["starting", "waiting"] as const) {
      history.changed({ ...pictureOf(remembered), state }, 0, null, null);
    }
    ({ history } = await afterRestart());
  }
  const { events } = await history.of(id);
  expect(events.map((event) => event.id)).toEqual([1, 2, 3, 4, 5, 6]);
});

test("one that waits for a month for the same reason says so once", async () => {
  const history = new History(store);
  await history.load(50);
  await history.begin(id, order, 5, 1);
  const [remembered] = await history.load(50);
  if (!remembered) throw new Error("it is not there");
  const said = (state: TransferState, words: Said | null) =>
    history.changed({ ...pictureOf(remembered), state }, 0, words, null);
  said("starting", null);
  for (let tries = 0; tries < 100; tries += 1) {
    said("waiting", say`tower is silent`);
    said("starting", null);
  }
  said("waiting", say`nas is silent`);
  said("starting", null);
  said("running", null);
  const { events } = await history.of(id);
  expect(events.map(({ state, words }) => words ?? state)).toEqual([
    ...["starting", "tower is silent", "nas is silent", "running"],
  ]);
});

test("one that was found running, which nobody remembered, is remembered from then on, once", async () => {
  const history = new History(store);
  await history.load(50);
  history.found(id, order, 5);
  history.found(id, order, 5);
  expect((await afterRestart()).remembered).toMatchObject([{ id, state: "running", askedAt: 5 }]);
});

test("what ended long ago is forgotten with all that belongs to it; what goes on never", async () => {
  const history = new History(store);
  await history.load(50);
  const other = id.replace("8a", "9b");
  for (const one of [id, other]) await history.begin(one, order, 5, 1);
  history.attempted(run, ending);
  const [remembered] = (await history.load(50)).filter((one) => one.id === id);
  if (!remembered) throw new Error("it is not there");
  history.changed({ ...pictureOf(remembered), state: "failed", endedAt: 1_000 }, 0, null, null);
  await history.settled();
  expect(await history.forgetBefore(2_000)).toEqual([id]);
  expect(await history.of(id)).toEqual({ attempts: [], events: [] });
  expect((await afterRestart()).remembered).toMatchObject([{ id: other }]);
});

test("all that is remembered is read page by page, newest first, none twice and none left out", async () => {
  const history = new History(store);
  await history.load(50);
  const ids = Array.from({ length: 70 }, (_, at) => `${String(at).padStart(8, "0")}${id.slice(8)}`);
  // Many at the same moment: the moment alone does not say where a page ended.
  for (const [at, one] of ids.entries()) await history.begin(one, order, Math.floor(at / 25), 1);
  const seen: string[] = [];
  let cursor: Cursor = null;
  do {
    const page = await history.page({ cursor });
    seen.push(...page.transfers.map((one) => one.id));
    cursor = page.next;
  } while (cursor);
  expect(seen).toEqual(ids.toReversed());
});

test("of the past those can be asked for that go to a host, bear a part of a name, or ended in a way", async () => {
  const history = new History(store);
  await history.load(50);
  const ids = ["1", "2", "3"].map((digit) => id.replace("8", digit));
  const [films = "", odd = "", other = ""] = ids;
  await history.begin(films, order, 1, 1);
  await history.begin(odd, { ...order, dataset: "backup/50_x" }, 2, 1);
  await history.begin(other, { ...order, host: "attic" }, 3, 1);
  const [remembered] = (await history.load(50)).filter((one) => one.id === films);
  if (!remembered) throw new Error("it is not there");
  history.changed({ ...pictureOf(remembered), state: "failed", endedAt: 1_000 }, 0, null, null);
  const found = async (query: PastQuery) => (await history.page(query)).transfers.map((one) => one.id);
  expect(await found({ host: "nas" })).toEqual([odd, films]);
  expect(await found({ dataset: "FAMILY" })).toEqual([other, films]);
  expect(await found({ dataset: "0_" })).toEqual([odd]);
  expect(await found({ dataset: "_" })).toEqual([odd]);
  expect(await found({ dataset: "%" })).toEqual([]);
  expect(await found({ state: "failed" })).toEqual([films]);
  expect(await found({ state: "open", host: "attic" })).toEqual([other]);
  expect((await history.one(films))?.state).toBe("failed");
  expect(await history.one(id)).toBeNull();
});

test("of one dataset all attempts are told in brief, newest first, and nothing of one with a longer name", async () => {
  const history = new History(store);
  await history.load(50);
  const [films, below, never] = ["1", "2", "3"].map((digit) => id.replace("8", digit));
  if (!films || !below || !never) throw new Error("three ids");
  await history.begin(films, order, 1, 1);
  await history.begin(below, { ...order, dataset: `${order.dataset}/old` }, 2, 1);
  await history.begin(never, order, 3, 1);
  history.attempted({ ...run, transferId: films }, ending);
  history.attempted({ ...run, transferId: films, number: 2, startedAt: 30, total: null }, ending);
  history.attempted({ ...run, transferId: below }, ending);
  const { transfers } = await history.page({ host: "nas", into: order.dataset });
  expect(transfers.map((one) => one.id)).toEqual([never, films]);
  const { startedAt, before, total } = run;
  const brief = { transferId: films, before, sent: 77n, endedAt: 20, message: "The link was lost." };
  expect(await history.attemptsOf(transfers.map((one) => one.id))).toEqual([
    { ...brief, number: 2, startedAt: 30, total: null },
    { ...brief, number: 1, startedAt, total },
  ]);
  expect(await history.lastAttempt(films)).toMatchObject({ number: 2 });
  expect(await history.lastAttempt(never)).toBeNull();
});
