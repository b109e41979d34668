import { beforeAll, describe, expect, test } from "vitest";
import { scanHost } from "@/server/receives/scan";
import type { PartialReceive } from "@/server/receives/types";
import { sh } from "../lab";
import { nas, tower } from "./ask";

let receives: PartialReceive[];

function find(dataset: string): PartialReceive {
  const receive = receives.find((candidate) => candidate.dataset === dataset);
  if (!receive) throw new Error(`${dataset} is not in the list`);
  return receive;
}

beforeAll(async () => {
  ({ receives } = await scanHost(nas, new Map()));
});

describe("every seeded receive is listed as what it is", () => {
  test.each([
    ["backup/projects", "tank/projects@monday", "dataset", "full", []],
    ["backup/photos", "tank/photos@2026-11-02", "%recv", "incremental", []],
    ["backup/vault", "tank/vault@daily", "dataset", "full", ["raw"]],
    ["backup/vm-disk", "tank/vm-disk@daily", "dataset", "full", []],
    ["backup/media", "tank/media@daily", "dataset", "full", ["largeBlocks", "embedded", "compressed"]],
    ["backup/home", "tank/home@tue", "%recv", "incremental", []],
    ["backup/mail", "tank/mail@new", "%recv", "incremental", []],
    ["backup/wiki", "tank/wiki@weekly", "dataset", "full", []],
    ["backup/ledger", "tank/ledger@next", "%recv", "incremental", []],
    ["backup/limited/archive", "tank/archive@full", "dataset", "full", []],
    ["backup/team", "tank/team@s3", "%recv", "incremental", []],
    ["backup/Family Films", "tank/Family Films@2026", "dataset", "full", []],
    ["backup/usb-disk", "usb/disk@2025", "dataset", "full", []],
    ["backup/logs", "tank/logs@today", "dataset", "full", []],
  ] as const)("%s", (dataset, toName, stateIn, kind, flags) => {
    const { token, stateIn: found, spaceHeld, began } = find(dataset);
    if (!token.ok) throw new Error(token.problem);
    expect(token.value.toName).toBe(toName);
    expect(found).toBe(stateIn);
    expect(token.value.fromGuid === null ? "full" : "incremental").toBe(kind);
    for (const flag of flags) expect(token.value[flag]).toBe(true);
    expect(spaceHeld).toBeGreaterThan(0n);
    expect(began).toBeGreaterThan(Date.parse("2020-01-01"));
  });

  test("and nothing else is", () => {
    expect(receives).toHaveLength(14);
  });
});

test("only the one that is running counts as being received", () => {
  const running = receives
    .filter(({ activity }) => activity.kind === "receiving")
    .map(({ dataset }) => dataset);
  expect(running).toEqual(["backup/logs"]);
});

test("a zvol is told from a file system", () => {
  expect(find("backup/vm-disk").type).toBe("volume");
  expect(find("backup/projects").type).toBe("filesystem");
});

test("a token says to us exactly what it says to zfs itself", async () => {
  for (const { dataset, token } of receives) {
    if (!token.ok || dataset === "backup/logs") continue; // That one moves between the two readings.
    const printed = await sh(
      "nas",
      `zfs send -nvt "$(zfs get -Ho value receive_resume_token '${dataset}')" 2>&1 || true`,
    );
    const said = (key: string) => new RegExp(`^\t${key} = (.*)$`, "m").exec(printed)?.[1];
    expect(BigInt(said("toguid") ?? 0)).toBe(token.value.toGuid);
    expect(BigInt(said("bytes") ?? 0)).toBe(token.value.bytes);
    expect(BigInt(said("object") ?? 0)).toBe(token.value.object);
    expect(BigInt(said("offset") ?? 0)).toBe(token.value.offset);
    expect(said("toname")).toBe(token.value.toName);
    expect(said("fromguid") === undefined ? null : BigInt(said("fromguid") ?? 0)).toBe(token.value.fromGuid);
    expect(said("rawok") !== undefined).toBe(token.value.raw);
    expect(said("compressok") !== undefined).toBe(token.value.compressed);
    expect(said("embedok") !== undefined).toBe(token.value.embedded);
    expect(said("largeblockok") !== undefined).toBe(token.value.largeBlocks);
  }
});

test("the space that a partial holds is what zfs says of it", async () => {
  expect(await sh("nas", "zfs get -Hpo value used backup/photos/%recv")).toBe(
    String(find("backup/photos").spaceHeld),
  );
  expect(await sh("nas", "zfs get -Hpo value used backup/wiki")).toBe(String(find("backup/wiki").spaceHeld));
});

test("a host with pools but without partial receives has an empty list, not an error", async () => {
  const { receives: none, pools } = await scanHost(tower, new Map());
  expect(none).toEqual([]);
  expect([...pools]).toEqual(["tank"]);
});
