import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HalfwayError } from "../errors";
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

/** Starts a transfer whose sender leaves a mark. */
function start(witness: Witness, mark: string) {
  const surrounded = {
    ...{ root: join(directory, "transfers"), hosts: [{ name: "nas", local: true }], planner: {}, holds: {} },
    ...{ history: new History(store), settings: new KeptSettings(store, {}), witness },
    ...{ changed: () => {}, forgotten: () => {}, settled: () => {} },
  };
  transfers = new Transfers(surrounded as unknown as Surrounded);
  const source = { host: "nas", snapshot: "tank/a@now", base: null };
  const plan = { intent: "send", source, losses: [], cautions: [], essence: "", steps: [], holds: [] };
  const pipeline = { before: null, send: ["touch", mark], receive: ["cat"] };
  const ends = { sending: pipeline.send, receiving: pipeline.receive };
  const flags = { raw: false, largeBlocks: false, compressed: false, embedded: false };
  const sized = { ...plan, keeps: 0n, remaining: null };
  return transfers.start(
    "nas",
    "backup/a",
    async () => ({ plan: sized, pipeline, ends, toGuid: 1n, flags }) as unknown as Prepared,
    "alice",
  );
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
    throw new HalfwayError("UNWRITABLE", "The disk is full.");
  };
  await expect(start({ begins, ended: () => {} }, mark)).rejects.toMatchObject({ code: "UNWRITABLE" });
  expect(existsSync(mark)).toBe(false);
  expect(existsSync(join(directory, "transfers")) && readdirSync(join(directory, "transfers"))).toBe(false);
  expect(transfers.list()).toEqual([]);
  await store.settled();
  expect(await store.db.selectFrom("transfer").select("id").execute()).toEqual([]);
});
