import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { HalfwayError } from "../errors";
import { say } from "../say";
import { Store } from "../store/store";
import { History } from "./history";
import type { Prepared } from "./order";
import { KeptSettings } from "./settings";
import { type Surrounded, Transfers } from "./transfers";
import type { Witness } from "./witness";

let directory = "";
let store: Store;
let transfers: Transfers;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "halfway transfers "));
  store = await Store.open(directory);
});
afterEach(async () => {
  transfers.close();
  await store.settled();
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Transfers of a server with one host. */
function opened(witness: Witness, more: Partial<Surrounded> = {}): Transfers {
  const surrounded = {
    ...{ root: join(directory, "transfers"), hosts: [{ name: "nas", local: true }], planner: {}, holds: {} },
    ...{ history: new History(store), settings: new KeptSettings(store), witness },
    ...{ changed: () => {}, forgotten: () => {}, settled: () => {} },
    ...more,
  };
  transfers = new Transfers(surrounded as unknown as Surrounded);
  return transfers;
}

/** Begins one, or lets it wait for its turn. */
function begin(dataset: string, send: string[]) {
  const source = { host: "nas", snapshot: "tank/a@now", base: null };
  const plan = { intent: "send", source, losses: [], cautions: [], essence: "", steps: [], holds: [] };
  const pipeline = { before: null, send, receive: ["cat"] };
  const ends = { sending: pipeline.send, receiving: pipeline.receive };
  const flags = { raw: false, largeBlocks: false, compressed: false, embedded: false };
  const sized = { ...plan, keeps: 0n, remaining: null };
  return transfers.start(
    "nas",
    dataset,
    async () => ({ plan: sized, pipeline, ends, toGuid: 1n, flags }) as unknown as Prepared,
    "alice",
  );
}

/** Starts a transfer whose sender leaves a mark. */
function start(witness: Witness, mark: string) {
  opened(witness);
  return begin("backup/a", ["touch", mark]);
}

test("an attempt is told of before anything of it runs", async () => {
  const mark = join(directory, "sent");
  const begins = vi.fn<Witness["begins"]>(async ({ number, order }) => {
    expect(existsSync(mark)).toBe(false);
    expect({ number, by: order.by }).toEqual({ number: 1, by: "alice" });
  });
  await start({ begins, ended: () => {} }, mark);
  expect(begins).toHaveBeenCalledOnce();
  expect(transfers.using("nas")).toEqual(["backup/a"]);
  expect(transfers.using("tower")).toEqual([]);
  await vi.waitFor(() => expect(existsSync(mark)).toBe(true), 5_000);
});

test("where that is refused nothing runs, and nothing of it is left", async () => {
  const mark = join(directory, "sent");
  const begins = async () => {
    throw new HalfwayError("UNWRITABLE", say`The disk is full.`);
  };
  await expect(start({ begins, ended: () => {} }, mark)).rejects.toMatchObject({ code: "UNWRITABLE" });
  expect(existsSync(mark)).toBe(false);
  expect(existsSync(join(directory, "transfers")) && readdirSync(join(directory, "transfers"))).toBe(false);
  expect(transfers.list()).toEqual([]);
  await store.settled();
  expect(await store.db.selectFrom("transfer").select("id").execute()).toEqual([]);
});

test("of what has ended the newest fifty stay in view, the rest is read from disk; after its time nothing is left", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const settings = new KeptSettings(store, {});
  settings.change({ overall: 1, keepDays: 10 });
  const forgotten = vi.fn();
  await opened({ begins: async () => {}, ended: () => {} }, { settings, forgotten }).adopt();
  // It takes the only room there is, so that all others wait, and end at once when they are to.
  const running = await begin("backup/running", ["sleep", "30"]);
  const ids: string[] = [];
  for (let at = 0; at < 60; at += 1) ids.push((await begin(`backup/${at}`, ["true"])).id);
  for (const id of ids) transfers.stop(id);
  await vi.waitFor(() => expect(transfers.list()).toHaveLength(51), 30_000);
  expect(forgotten).toHaveBeenCalledTimes(10);
  expect(() => transfers.get(ids[0] ?? "")).toThrow("no such transfer");
  await store.settled();
  expect((await transfers.history(ids[0] ?? "")).transfer.state).toBe("stopped");

  const later = Date.now() + 11 * 24 * 3600_000;
  vi.spyOn(Date, "now").mockReturnValue(later);
  onTestFinished(() => void vi.restoreAllMocks());
  vi.advanceTimersByTime(3600_000);
  await vi.waitFor(() => expect(transfers.list().map(({ id }) => id)).toEqual([running.id]), 30_000);
  const rows = await store.db.selectFrom("transfer").select("id").execute();
  expect(rows.map(({ id }) => id)).toEqual([running.id]);
  const events = await store.db.selectFrom("event").select("transfer_id").distinct().execute();
  expect(events.map(({ transfer_id }) => transfer_id)).toEqual([running.id]);
  expect(readdirSync(join(directory, "transfers"))).toEqual([running.id]);
  transfers.stop(running.id);
});
