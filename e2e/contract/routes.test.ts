import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, expect, test } from "vitest";
import { pipelineIdentity } from "@/server/hosts/pipeline";
import { hasEnded } from "@/server/transfers/states";
import type { Transfer } from "@/server/transfers/types";
import { configFile, guid, type HostName, makePartial, run, sh } from "../lab";
import { crosslink, uplink } from "../uplink";
import { ownHalfway } from "./transfers";

// The lab's hosts, but nas knows by itself where tower is.
const dir = mkdtempSync(join(tmpdir(), "halfway routes "));
const config = join(dir, "hosts.json");
const { hosts } = JSON.parse(readFileSync(configFile, "utf8")) as { hosts: { name: string }[] };
const reaches = [{ host: "tower", destination: "tower" }];
writeFileSync(
  config,
  JSON.stringify({ hosts: hosts.map((one) => (one.name === "nas" ? { ...one, reaches } : one)) }),
);

const relayed = await ownHalfway();
const direct = await ownHalfway(undefined, config);
type Own = typeof relayed;
const made: string[] = [];

afterEach(async () => {
  await uplink.quick();
  await crosslink.quick();
});
afterAll(async () => {
  relayed.close();
  direct.close();
  rmSync(dir, { recursive: true });
  for (const name of made) {
    await run("nas", `zfs destroy -R backup/${name}; zfs destroy -R backup/${name}-copy`);
    await run("tower", `zfs destroy -R tank/${name}`);
  }
});

async function resume({ halfway }: Own, target: string): Promise<Transfer> {
  const nas = halfway.host("nas");
  const { facts, ...planned } = await halfway.planner.transfer(nas, target, null, "resume");
  const { decoded } = facts;
  if (!decoded) throw new Error("no token");
  return halfway.transfers.start("nas", target, async () => ({
    ...planned,
    ...{ toGuid: decoded.toGuid, flags: decoded },
  }));
}

async function until(
  { transfers }: Own,
  id: string,
  fits: (transfer: Transfer) => boolean,
): Promise<Transfer> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200)) {
    const transfer = transfers.get(id);
    if (fits(transfer)) return transfer;
    if (hasEnded(transfer.state))
      throw new Error(`${transfer.state}: ${transfer.message}\n${transfer.stderr}`);
  }
  throw new Error("not within a minute");
}

const processes = (host: HostName) => sh(host, "ps -ww -eo args");

test("buffered and packed on its way, a stream whose sender is killed is no finished one, and goes on", async () => {
  made.push("staged");
  const { target, toGuid } = await makePartial({ name: "staged", kind: "full", sizeMb: 150, receivedMb: 6 });
  relayed.halfway.settings.change({ stagesFromMiB: 0, gentle: true });
  await uplink.slow();
  const { id, steps } = await resume(relayed, target);
  expect(steps[0]?.parts.map(({ command }) => command)).toEqual([
    expect.stringMatching(/^nice -n 19 zfs send .* \| nice -n 19 zstd .* \| nice -n 19 mbuffer /),
    expect.stringMatching(/^nice -n 19 mbuffer .* \| nice -n 19 zstd .* \| nice -n 19 zfs receive -s -u /),
  ]);
  // The sender is ahead by what the buffers hold.
  await until(relayed, id, ({ sent }) => sent > 70_000_000n);
  for (const host of ["tower", "nas"] as const) {
    const running = await processes(host);
    for (const program of ["zstd", "mbuffer"]) expect(running).toMatch(new RegExp(`^${program} -q`, "m"));
  }
  await sh("tower", "pkill -9 -f '^zfs send -vP'");
  const { before } = await until(relayed, id, ({ attempt, state }) => attempt === 2 && state === "running");
  await uplink.quick();
  await relayed.finished(id);
  expect(before).toBeGreaterThan(6_000_000n);
  expect(await guid("nas", `${target}@next`)).toBe(toGuid);
  const { attempts } = await relayed.transfers.history(id);
  expect(attempts[0]?.exitCodes.send).toBe(137);
});

test("a target that reaches the source fetches the stream itself; stopped, nothing goes on without Halfway", async () => {
  made.push("fetched");
  const { target, toGuid } = await makePartial({ name: "fetched", kind: "full", sizeMb: 60, receivedMb: 6 });
  await crosslink.slow();
  const { id, steps } = await resume(direct, target);
  expect(steps[0]?.says).toEqual("Receive on nas, which fetches it from tower itself");
  await until(direct, id, ({ sent }) => sent > 5_000_000n);
  expect(await processes("nas")).toMatch(/^ssh .* tower env LC_ALL=C zfs send -vP -t /m);
  direct.transfers.stop(id);
  await until(direct, id, ({ state }) => state === "stopped");
  expect(await processes("nas")).not.toContain("zfs receive");
  // It has nobody to write to any more, and finds that out with its next block.
  await expect.poll(() => processes("tower"), { timeout: 10_000 }).not.toMatch(/^zfs send -vP/m);

  const again = await resume(direct, target);
  expect(direct.transfers.get(again.id).before).toBeGreaterThan(6_000_000n);
  await until(direct, again.id, ({ sent }) => sent > 0n);
  // Holding it back is done on Halfway's machine: the stream goes on through there.
  await direct.transfers.setLimit(again.id, 20 * 1024 * 1024);
  await direct.finished(again.id);
  expect(direct.transfers.get(again.id).attempt).toBe(2);
  expect(direct.transfers.get(again.id).steps[0]?.says).toEqual("Send from tower, receive on nas");
  expect(await guid("nas", `${target}@next`)).toBe(toGuid);
});

test("a target that fetches by itself goes on when Halfway's connection to it breaks, and that is no other attempt", async () => {
  made.push("left-alone");
  const { target, toGuid } = await makePartial({
    name: "left-alone",
    kind: "full",
    sizeMb: 60,
    receivedMb: 6,
  });
  await crosslink.slow();
  const { id } = await resume(direct, target);
  await until(direct, id, ({ sent }) => sent > 5_000_000n);
  const { pid } = pipelineIdentity(direct.runDir(id)) ?? {};
  execFileSync("pkill", ["-9", "-s", String(pid), "-x", "ssh"]);
  await until(direct, id, ({ message }) => message?.includes("goes on receiving without it") ?? false);
  await crosslink.quick();
  await direct.finished(id);
  expect(direct.transfers.get(id).attempt).toBe(1);
  expect(await guid("nas", `${target}@next`)).toBe(toGuid);
});

test("between two datasets of one machine no byte leaves it, and the sender's words are told all the same", async () => {
  made.push("one-machine");
  // The sender tells how far it is each second: what is over before that would prove nothing.
  await sh(
    "nas",
    `zfs create backup/one-machine && head -c 240M /dev/urandom >/backup/one-machine/data && zfs snapshot backup/one-machine@s
zfs send backup/one-machine@s | head -c 6M | zfs receive -s backup/one-machine-copy; true`,
  );
  const target = "backup/one-machine-copy";
  const { id, steps } = await resume(relayed, target);
  expect(steps[0]?.says).toEqual("Send and receive on nas");
  expect(steps[0]?.parts).toHaveLength(1);
  await relayed.finished(id);
  expect(relayed.transfers.get(id).sent).toBeGreaterThan(0n);
  expect(await guid("nas", `${target}@s`)).toBe(await guid("nas", "backup/one-machine@s"));
});
