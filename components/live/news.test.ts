import { expect, it } from "vitest";
import { plain } from "@/server/say";
import type { Transfer, TransferState } from "@/server/transfers/types";
import { endedSince, endWords, newsSince, seen } from "./news";

function transfer(state: TransferState, percent: number, message: string | null = null, id = "1"): Transfer {
  return {
    ...{ id, host: "nas", dataset: "backup/photos", state, message },
    ...{ before: 0n, sent: BigInt(percent), total: 100n, rate: null },
  } as Transfer;
}

const said = (before: Transfer[], after: Transfer[]) => newsSince(seen(before), after).map(plain);

it("says when a transfer begins and ends, with the reason", () => {
  expect(said([], [transfer("running", 0)])).toEqual(["backup/photos on nas: Running."]);
  expect(said([transfer("running", 40)], [transfer("failed", 40, "The link broke.")])).toEqual([
    "backup/photos on nas: Failed. The link broke.",
  ]);
});

it("does not say a word twice that the reason begins with", () => {
  expect(
    said([transfer("stopping", 40)], [transfer("stopped", 40, "Stopped. What was received is kept.")]),
  ).toEqual(["backup/photos on nas: Stopped. What was received is kept."]);
});

it("says each quarter once, and no tick between them", () => {
  expect(said([transfer("running", 3)], [transfer("running", 24)])).toEqual([]);
  expect(said([transfer("running", 24)], [transfer("running", 52)])).toEqual([
    "backup/photos on nas: 50 % received.",
  ]);
  expect(said([transfer("running", 52)], [transfer("running", 74)])).toEqual([]);
  expect(said([transfer("running", 99)], [transfer("running", 100)])).toEqual([]);
});

it("does not read out what both began and ended while nothing was heard", () => {
  expect(said([], [transfer("finished", 100)])).toEqual([]);
  expect(said([], [transfer("failed", 40, "The link broke.")])).toEqual([]);
});

it("counts what happened at once where one would have to listen for long", () => {
  const all = (state: TransferState, count: number) =>
    Array.from({ length: count }, (_, at) => transfer(state, 0, null, `${at}`));
  expect(said(all("queued", 3), all("running", 3))).toHaveLength(3);
  expect(said(all("queued", 4), all("running", 4))).toEqual(["News of 4 transfers."]);
});

it("tells of an end only where the transfer was seen before it", () => {
  const ended = transfer("finished", 100);
  expect(endedSince(seen([transfer("running", 99)]), [ended])).toEqual([ended]);
  expect(endedSince(seen([]), [ended])).toEqual([]);
  expect(endedSince(seen([ended]), [ended])).toEqual([]);
  expect(plain(endWords(ended))).toBe("✓ Finished: backup/photos");
});
