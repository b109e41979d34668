import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pipelineIdentity } from "@/server/hosts/pipeline";
import { shellQuote } from "@/server/hosts/quote";
import { planTransfer } from "@/server/receives/plan";
import { gatherRest } from "@/server/receives/rest";
import type { Argv } from "@/server/zfs/commands";
import { guid, makePartial, run, sh } from "../lab";
import { uplink } from "../uplink";
import { ask, findRoute, hosts } from "./ask";
import { ownHalfway } from "./transfers";

const { transfers, finished, runDir, close } = await ownHalfway();

/** What a process was started with, word for word; null for one that is gone. */
function argvOf(pid: string): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return null;
  }
}

/** The `ssh` commands of a transfer's session, as this machine's process table has them, quoted for a shell. */
function sshOf(id: string): string[] {
  const session = pipelineIdentity(runDir(id))?.pid;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return (
          Number(
            readFileSync(`/proc/${pid}/stat`, "utf8")
              .replace(/^.*\) /s, "")
              .split(" ")[3],
          ) === session
        );
      } catch {
        return false;
      }
    })
    .flatMap((pid) => {
      const argv = argvOf(pid);
      return argv?.[0] === "ssh" ? [shellQuote(argv as unknown as Argv)] : [];
    });
}

/** `zfs` processes of a guest, one per line, words apart by newlines turned to NUL-free quotes of our own. */
async function zfsOn(host: "nas" | "tower", verb: string): Promise<string[]> {
  const script = `for pid in $(pgrep -x zfs); do tr '\\0' '\\n' </proc/$pid/cmdline | base64 -w0; echo; done`;
  const lines = (await sh(host, script)).split("\n").filter((line) => line !== "");
  return lines
    .map((line) => Buffer.from(line, "base64").toString().split("\n").slice(0, -1))
    .filter((argv) => argv[1] === verb)
    .map((argv) => shellQuote(argv as unknown as Argv));
}

beforeAll(() => uplink.slow());
afterAll(async () => {
  await uplink.quick();
  close();
  for (const host of ["nas", "tower"] as const) {
    const pool = host === "nas" ? "backup" : "tank";
    await run(host, `zfs destroy -R '${pool}/shown here'; zfs destroy -R ${pool}/series`);
  }
});

test("what the plan shows is, word for word, what the process tables of all three machines show", async () => {
  const { target, toGuid } = await makePartial({
    ...{ name: "shown here", kind: "incremental", sizeMb: 60, receivedMb: 6, baseMb: 1 },
  });
  const { facts, verdict } = await ask(target);
  const { plan, pipeline, ends } = planTransfer("resume", facts, verdict, hosts);
  const transfer = await transfers.start("nas", target, async () => {
    if (!facts.decoded) throw new Error("no token");
    return { plan, pipeline, ends, toGuid: facts.decoded.toGuid, flags: facts.decoded };
  });
  const [step] = plan.steps;
  const [send, receive] = step?.parts ?? [];
  await expect.poll(() => zfsOn("nas", "receive"), { timeout: 30_000 }).toContain(receive?.command);
  expect(await zfsOn("tower", "send")).toContain(send?.command);
  expect(sshOf(transfer.id).toSorted()).toEqual(step?.command.split(" | ").toSorted());
  await uplink.quick();
  await finished(transfer.id);
  expect(await guid("nas", `${target}@next`)).toBe(toGuid);
});

test("after a finished resume the rest of the series is named, and continuing brings it", async () => {
  await uplink.quick();
  // A replication of three snapshots and a child, cut in the first: the token finishes that one and no more.
  await sh(
    "tower",
    `zfs create tank/series && zfs create 'tank/series/a child'
for n in 1 2 3; do
  head -c \${n}0M /dev/urandom >/tank/series/$n; head -c 1M /dev/urandom >"/tank/series/a child/$n"
  zfs snapshot -r tank/series@s$n
done`,
  );
  await run("tower", "zfs send -R tank/series@s3 | head -c 6M | ssh nas zfs receive -s backup/series");
  const { facts, verdict } = await ask("backup/series");
  const decoded = facts.decoded;
  if (!decoded) throw new Error("no token");
  const { plan, pipeline, ends } = planTransfer("resume", facts, verdict, hosts);
  const resumed = await transfers.start("nas", "backup/series", async () => ({
    ...{ plan, pipeline, ends, toGuid: decoded.toGuid, flags: decoded },
  }));
  await finished(resumed.id);

  const after = { target: { host: "nas", dataset: "backup/series" }, source: resumed.source, flags: decoded };
  const missing = async () => (await gatherRest({ hosts, findRoute }, after)).missing;
  expect(await missing()).toEqual([
    { dataset: "backup/series", isNew: false, snapshots: ["@s2", "@s3"] },
    { dataset: "backup/series/a child", isNew: true, snapshots: ["@s1", "@s2", "@s3"] },
  ]);
  // The child comes in full first, at its oldest snapshot, and without the source's properties.
  for (const dataset of ["backup/series", "backup/series/a child", "backup/series/a child"]) {
    const { next, transfer: following } = await gatherRest({ hosts, findRoute }, after);
    if (!next || !following) throw new Error("nothing to continue with");
    expect(next.plan.receiveId).toBe(`nas:${dataset}`);
    const transfer = await transfers.start("nas", dataset, async () => ({
      ...{ ...following, toGuid: next.toGuid, flags: decoded },
    }));
    await finished(transfer.id);
  }
  expect(await missing()).toEqual([]);
  for (const name of ["series@s2", "series@s3", "series/a child@s1", "series/a child@s3"]) {
    expect(await guid("nas", `backup/${name}`)).toBe(await guid("tower", `tank/${name}`));
  }
});

test("a target that was changed meanwhile is said to be in the way, and nothing is sent to it", async () => {
  await sh("tower", "head -c 1M /dev/urandom >/tank/series/4 && zfs snapshot tank/series@s4");
  await sh("nas", "zfs mount backup/series && echo drift >/backup/series/drift && zpool sync backup");
  const rest = await gatherRest(
    { hosts, findRoute },
    {
      target: { host: "nas", dataset: "backup/series" },
      source: { host: "tower", snapshot: "tank/series@s3" },
      flags: { raw: false, largeBlocks: false, compressed: false, embedded: false },
    },
  );
  expect(rest.next).toBeNull();
  expect(rest.refusal).toContain("zfs rollback backup/series@s3");
});
