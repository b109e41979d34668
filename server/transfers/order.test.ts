import { describe, expect, test } from "vitest";
import type { Loss, Plan } from "../receives/plan";
import { isWithin, orderOf } from "./order";

const flags = { raw: false, largeBlocks: false, compressed: false, embedded: false };
const changes = (bytes: bigint): Loss => ({ what: "changes", name: "backup/a", bytes, look: null });
const snapshot = (name: string, bytes = 1n): Loss => ({
  ...{ what: "snapshot", name: `backup/a@${name}`, bytes, creation: 0 },
});

function plan(losses: Loss[], change: Partial<Plan> = {}): Plan {
  return {
    ...{ intent: "resume-with-rollback", receiveId: "nas:backup/a", fingerprint: "", losses, frees: 0n },
    ...{
      source: { host: "tower", snapshot: "tank/a@s", base: null },
      keeps: 0n,
      remaining: null,
      stays: null,
    },
    ...{
      cautions: [],
      confirmName: "backup/a",
      steps: [],
      holds: [],
      digest: "0123456789abcdef",
      essence: "",
    },
    ...change,
  };
}

const order = (losses: Loss[], change: Partial<Plan> = {}) =>
  orderOf("nas", "backup/a", "the page", {
    plan: plan(losses, change),
    pipeline: { before: null, send: ["zfs", "send"], receive: ["zfs", "receive"] },
    ends: { sending: ["zfs", "send"], receiving: ["zfs", "receive"] },
    ...{ toGuid: 1n, flags },
  });

const confirmed = (losses: Loss[]) => order(losses).confirmed;

describe("what was confirmed once", () => {
  test("allows a later attempt to take the same, and what reading writes", () => {
    expect(
      isWithin(plan([changes(200_000n), snapshot("new")]), confirmed([changes(200_000n), snapshot("new")])),
    ).toBe(true);
    expect(isWithin(plan([changes(400_000n)]), confirmed([changes(200_000n)]))).toBe(true);
    expect(isWithin(plan([]), confirmed([changes(200_000n)]))).toBe(true);
  });

  test("never allows it to take what was written since: a week of work is not a confirmed 200 KB", () => {
    expect(isWithin(plan([changes(5n << 30n)]), confirmed([changes(200_000n)]))).toBe(false);
  });

  test("never allows it to take a snapshot that was not named", () => {
    expect(isWithin(plan([snapshot("new"), snapshot("newer")]), confirmed([snapshot("new")]))).toBe(false);
    expect(isWithin(plan([changes(1n)]), confirmed([]))).toBe(false);
  });

  test("of a plain resume allows no -F at all", () => {
    expect(order([], { intent: "resume" }).confirmed.rollback).toBe(false);
  });
});

test("sent again from its beginning is only what had no token to begin with, and no -F", () => {
  expect(order([], { intent: "resume" }).again).toBeNull();
  expect(order([], { intent: "send" }).again).not.toBeNull();
  expect(
    order([{ what: "received-state", name: "backup/a/%recv", bytes: 1n }], { intent: "start-over" }).again,
  ).not.toBeNull();
  expect(order([changes(1n)], { intent: "start-over" }).again).toBeNull();
});
