import { afterAll, describe, expect, test } from "vitest";
import type { Host } from "@/server/hosts/config";
import { gather, HostAnswers, readReceive } from "@/server/receives/gather";
import { judge } from "@/server/receives/judge";
import { planTransfer } from "@/server/receives/plan";
import type { Verdict } from "@/server/receives/types";
import { plain } from "@/server/say";
import type { ResumeToken } from "@/server/zfs/token";
import { encodeResumeToken } from "@/server/zfs/token-encoder";
import { exists, guid, makePartial, type PartialSpec, run, sh } from "../lab";
import { ask, hosts, nas, surroundings } from "./ask";

/** Small, and still resumable: the other tests need the room. */
const small = { sizeMb: 12, receivedMb: 6, baseMb: 1 };
const made: string[] = [];

/** Makes an interrupted receive of this file's own; `clean` takes it away again. */
async function interrupted(name: string, kind: PartialSpec["kind"], more: Partial<PartialSpec> = {}) {
  made.push(name);
  return makePartial({ name, kind, ...small, ...more });
}

async function clean(name: string): Promise<void> {
  await run("nas", `zfs receive -A 'backup/${name}'; zfs destroy -R 'backup/${name}'`);
  await run("tower", `zfs destroy -R 'tank/${name}'`);
}

// The other tests count what was seeded.
afterAll(async () => {
  for (const name of made) await clean(name);
});

describe("every seeded receive gets the verdict an expert would give, with evidence", () => {
  test.each([
    ["backup/projects", "resumable"],
    ["backup/photos", "resumable"],
    ["backup/vault", "resumable"],
    ["backup/vm-disk", "resumable"],
    ["backup/media", "resumable"],
    ["backup/ledger", "resumable"],
    ["backup/team", "resumable"],
    ["backup/Family Films", "resumable"],
  ])("%s: %s from tower", async (dataset, kind) => {
    const { verdict } = await ask(dataset);
    expect(verdict).toMatchObject({ kind, source: { host: "tower" }, cautions: [] });
    expect(verdict.refusals.resume).toBeNull();
    expect(verdict.evidence.every(({ command }) => command !== "")).toBe(true);
  });

  test("backup/home: only with a rollback, for it was changed", async () => {
    const { verdict } = await ask("backup/home");
    expect(verdict).toMatchObject({ kind: "resumable-with-rollback", reasons: ["changed"] });
    expect(verdict.refusals.resume).toContain("Resume with rollback");
  });

  test("backup/mail: never, its snapshot was destroyed; tower still has the base, so it is the right host", async () => {
    const { verdict } = await ask("backup/mail");
    expect(verdict).toMatchObject({ kind: "unresumable", reason: "source-destroyed", source: null });
    expect(plain(verdict.sentence)).toContain("no longer on tower");
    expect(verdict.refusals.abort).toBeNull();
  });

  test("backup/wiki: never, another snapshot has its name", async () => {
    expect((await ask("backup/wiki")).verdict).toMatchObject({
      kind: "unresumable",
      reason: "source-replaced",
    });
  });

  test("backup/limited/archive: blocked by the quota above it, and the remedy is enough", async () => {
    const { verdict } = await ask("backup/limited/archive");
    if (verdict.kind !== "blocked") throw new Error(verdict.kind);
    expect(verdict.obstacles.map(({ what }) => what)).toEqual(["quota"]);
    const remedy = verdict.obstacles[0]?.remedies[0]?.command ?? "";
    expect(remedy).toMatch(/^zfs set quota=\d+M backup\/limited$/);
    await sh("nas", remedy);
    try {
      expect((await ask("backup/limited/archive")).verdict.kind).toBe("resumable");
    } finally {
      // As tight as it was: what it holds is a little more than the 30 MiB that stopped it.
      await sh("nas", "zfs set quota=$(zfs get -Hpo value used backup/limited) backup/limited");
    }
  });

  test("backup/usb-disk: not known, for no host has its pool; and back again when the disk is back", async () => {
    const { verdict } = await ask("backup/usb-disk");
    expect(verdict).toMatchObject({ kind: "unknown", reason: "source-not-found" });
    expect(plain(verdict.sentence)).toContain("not configured");
    await sh("tower", "zpool import -d /var/usb.disk usb");
    try {
      expect((await ask("backup/usb-disk")).verdict).toMatchObject({
        kind: "resumable",
        source: { host: "tower", snapshot: "usb/disk@2025" },
      });
    } finally {
      await sh("tower", "zpool export usb");
    }
  });

  test("backup/logs: being received", async () => {
    expect((await ask("backup/logs")).verdict.kind).toBe("receiving");
  });
});

describe("where the source is", () => {
  test("renamed, dataset and snapshot: it is found by its GUID and named as it is called now", async () => {
    const { toGuid, source } = await interrupted("renamed", "incremental");
    await sh("tower", `zfs rename ${source} ${source}-old && zfs rename tank/renamed tank/new-name`);
    const { facts, verdict } = await ask("backup/renamed");
    expect(verdict).toMatchObject({
      kind: "resumable",
      source: { host: "tower", snapshot: "tank/new-name@next-old", base: "tank/new-name@base" },
    });
    expect(await guid("tower", "tank/new-name@next-old")).toBe(toGuid);
    expect(facts.source?.identity?.to?.guid).toBe(BigInt(toGuid));
    await sh("tower", "zfs rename tank/new-name tank/renamed");
  });

  test("destroyed there, but a copy lives in another pool: it is found, and finishes the receive", async () => {
    const { target, toGuid, source } = await interrupted("moved", "full");
    await sh(
      "tower",
      `zfs send ${source} | ssh nas zfs receive -u backup/moved-copy && zfs destroy ${source}`,
    );
    made.push("moved-copy");
    const { facts, verdict } = await ask(target);
    expect(verdict).toMatchObject({
      kind: "resumable",
      source: { host: "nas", snapshot: "backup/moved-copy@next" },
    });
    expect(verdict.cautions.join()).toContain("backup/moved-copy@next");
    const { plan } = planTransfer("resume", facts, verdict, hosts);
    expect(plan.confirmName).toBe(target);
    // Pasted as the plan shows it, on the machines themselves.
    const [send, receive] = plan.steps[0]?.parts ?? [];
    await sh("nas", `${send?.command} | ${receive?.command}`);
    expect(await guid("nas", `${target}@next`)).toBe(toGuid);
  });

  test("a host that does not answer is not taken for one that said no", async () => {
    const gone: Host = { name: "gone", ssh: { destination: "127.0.0.1", port: 9 } };
    const { verdict } = await ask("backup/mail", [...hosts, gone]);
    expect(verdict).toMatchObject({ kind: "unknown", reason: "source-silent" });
    expect(plain(verdict.sentence)).toContain("gone could not tell");
  });

  test("on a host that is not configured: not known, and never called lost", async () => {
    const { verdict } = await ask(
      "backup/projects",
      hosts.filter(({ name }) => name === "nas"),
    );
    expect(verdict).toMatchObject({ kind: "unknown", reason: "source-not-found" });
  });

  test("the base gone, as snapshot and as bookmark", async () => {
    await interrupted("baseless", "incremental");
    await sh("tower", "zfs destroy tank/baseless@base");
    expect((await ask("backup/baseless")).verdict).toMatchObject({
      kind: "unresumable",
      reason: "base-gone",
    });
  });
});

describe("what stands in the way, with the remedy that removes it", () => {
  const encrypted = [
    ...["-o", "encryption=aes-256-gcm", "-o", "keyformat=passphrase"],
    ...["-o", "keylocation=file:///root/vault.key"],
  ];

  test("the source's key is not loaded, and the stream is not raw", async () => {
    await interrupted("locked", "full", { createFlags: encrypted });
    await sh("tower", "zfs unmount tank/locked && zfs unload-key tank/locked");
    const { verdict } = await ask("backup/locked");
    if (verdict.kind !== "blocked") throw new Error(verdict.kind);
    expect(verdict.obstacles.map(({ what }) => what)).toEqual(["source-key"]);
    expect(verdict.refusals.resume).not.toBeNull();
    await sh("tower", verdict.obstacles[0]?.remedies[0]?.command ?? "false");
    const cured = (await ask("backup/locked")).verdict;
    expect(cured.kind).toBe("resumable");
    expect(plain(cured.cautions.join())).toContain("nas gets it decrypted");
  });

  test("the target's key is not loaded, and the stream is not raw", async () => {
    await sh("nas", "head -c 24 /dev/urandom | base64 >/root/safe.key");
    const safe = encrypted.join(" ").replace("vault", "safe");
    await sh("nas", `zfs create ${safe} backup/safe`);
    made.push("safe");
    await sh("tower", "zfs create tank/safe");
    await interrupted("safe/plain", "full");
    await sh("nas", "zfs unmount backup/safe; zfs unload-key backup/safe");
    const { verdict } = await ask("backup/safe/plain");
    if (verdict.kind !== "blocked") throw new Error(verdict.kind);
    expect(verdict.obstacles).toMatchObject([{ what: "target-key" }]);
    expect(verdict.obstacles[0]?.remedies[0]?.command).toBe("zfs load-key backup/safe");
    await sh("nas", "zfs load-key backup/safe");
    expect((await ask("backup/safe/plain")).verdict.kind).toBe("resumable");
  });

  test("a rollback is needed, but the snapshot it would destroy is held, then cloned", async () => {
    const { target } = await interrupted("stuck", "incremental");
    await sh("nas", `zfs snapshot ${target}@kept && zfs hold keep ${target}@kept`);
    expect((await ask(target)).verdict).toMatchObject({
      kind: "blocked",
      obstacles: [{ what: "held-snapshot", certain: true }],
    });
    await sh("nas", `zfs release keep ${target}@kept && zfs clone ${target}@kept backup/stuck-clone`);
    expect((await ask(target)).verdict).toMatchObject({
      kind: "blocked",
      obstacles: [{ what: "cloned-snapshot" }],
    });
    const cloned = (await ask(target)).verdict;
    if (cloned.kind !== "blocked") throw new Error(cloned.kind);
    for (const { command } of cloned.obstacles[0]?.remedies ?? []) await sh("nas", command);
    expect((await ask(target)).verdict).toMatchObject({
      kind: "resumable-with-rollback",
      reasons: ["newer-snapshots"],
    });
  });
});

test("a pool that is imported for reading only: nothing can be done there, until it is imported for writing", async () => {
  const take = "zpool export -f quiet; rm -f /var/quiet.disk";
  made.push("quiet");
  await sh("nas", "truncate -s 128M /var/quiet.disk && zpool create quiet /var/quiet.disk");
  try {
    await sh(
      "tower",
      "zfs create tank/quiet && head -c 12M /dev/urandom >/tank/quiet/f && zfs snapshot tank/quiet@s",
    );
    await run("tower", "zfs send tank/quiet@s | head -c 6M | ssh nas zfs receive -s quiet/partial");
    expect((await ask("quiet/partial")).verdict.kind).toBe("resumable");
    await sh("nas", "zpool export quiet && zpool import -o readonly=on -d /var/quiet.disk quiet");
    const { verdict } = await ask("quiet/partial");
    if (verdict.kind !== "blocked") throw new Error(verdict.kind);
    expect(verdict.obstacles).toMatchObject([{ what: "pool-readonly", certain: true }]);
    expect(verdict.obstacles[0]?.remedies[0]?.command).toBe("zpool export quiet && zpool import quiet");
    expect(Object.values(verdict.refusals).every((reason) => reason !== null)).toBe(true);
    expect((await run("nas", "zfs receive -A quiet/partial")).stderr).toContain("read-only");
  } finally {
    await run("nas", take);
  }
});

describe("what looks wrong", () => {
  test("a full receive that replaces an existing dataset says so, and wants a rollback", async () => {
    made.push("replaced");
    await sh(
      "tower",
      "zfs create tank/replaced && head -c 12M /dev/urandom >/tank/replaced/f && zfs snapshot tank/replaced@s",
    );
    await sh("nas", "zfs create backup/replaced && echo old >/backup/replaced/old.txt && zpool sync backup");
    await run("tower", "zfs send tank/replaced@s | head -c 6M | ssh nas zfs receive -s -F backup/replaced");
    const { facts, verdict } = await ask("backup/replaced");
    expect(verdict).toMatchObject({ kind: "resumable-with-rollback", reasons: ["replaces-dataset"] });
    const { plan } = planTransfer("resume-with-rollback", facts, verdict, hosts);
    expect(plan.losses).toMatchObject([{ what: "contents", name: "backup/replaced" }]);
    const [send, receive] = plan.steps[0]?.parts ?? [];
    await sh("tower", `${send?.command} | ssh nas '${receive?.command}'`);
    expect(await exists("nas", "backup/replaced@s")).toBe(true);
  });
});

describe("a token that somebody has changed on the target: it is not signed, so its words prove nothing", () => {
  /** The verdict if the target showed this token instead of its own. */
  async function askWith(dataset: string, change: (token: ResumeToken) => ResumeToken): Promise<Verdict> {
    const { receive, details } = await readReceive(nas, dataset, null);
    if (!receive.token.ok) throw new Error(receive.token.problem);
    const value = change(receive.token.value);
    const forged = { ...receive, token: { ok: true, value } as const };
    const shown = { ...details, token: encodeResumeToken(value) };
    return judge(await gather(await surroundings(), forged, shown, new HostAnswers(), true));
  }

  test("a raw copy is never fed anything but raw", async () => {
    await sh("tower", "test -e /root/vault.key");
    await interrupted("sealed", "incremental", {
      createFlags: [
        ...["-o", "encryption=aes-256-gcm", "-o", "keyformat=passphrase"],
        ...["-o", "keylocation=file:///root/vault.key"],
      ],
      sendFlags: ["-w"],
    });
    expect((await ask("backup/sealed")).verdict.kind).toBe("resumable");
    const verdict = await askWith("backup/sealed", (token) => ({ ...token, raw: false, compressed: false }));
    expect(verdict).toMatchObject({ kind: "unresumable", reason: "not-raw" });
    expect(verdict.refusals.resume).not.toBeNull();
    expect(verdict.refusals["start-over"]).not.toBeNull();
  });

  test("one that asks for another dataset than its own history comes from is flagged", async () => {
    await interrupted("honest", "incremental");
    // A clone of the base is what ZFS would send onto it without a word.
    made.push("secret");
    await sh("tower", "zfs clone tank/honest@base tank/secret && zfs snapshot tank/secret@x");
    const secret = BigInt(await guid("tower", "tank/secret@x"));
    const verdict = await askWith("backup/honest", (token) => ({
      ...token,
      toGuid: secret,
      toName: "tank/secret@x",
    }));
    expect(verdict).toMatchObject({ kind: "resumable", source: { snapshot: "tank/secret@x" } });
    expect(verdict.cautions.join()).toContain("somebody may have changed the token");
  });

  test("the names in it are looked up by GUID: a lie about the name changes nothing", async () => {
    const { toGuid } = await interrupted("named", "full");
    const verdict = await askWith("backup/named", (token) => ({ ...token, toName: "tank/nowhere@x" }));
    expect(verdict).toMatchObject({ kind: "resumable", source: { snapshot: "tank/named@next" } });
    expect(await guid("tower", "tank/named@next")).toBe(toGuid);
  });
});
