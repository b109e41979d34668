import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planNewSend, type SendOptions } from "@/server/receives/new-send";
import { exists, guid, makePartial, run, sh } from "../lab";
import { surroundings } from "./ask";
import { ownHalfway } from "./transfers";

const { transfers, finished, close } = await ownHalfway();

const usual: SendOptions = {
  ...{ raw: null, largeBlocks: true, compressed: true, embedded: true, steps: true, properties: false },
};

async function plan(snapshot: string, dataset: string, options: Partial<SendOptions> = {}) {
  return planNewSend(await surroundings(), {
    source: { host: "tower", snapshot },
    target: { host: "nas", dataset },
    options: { ...usual, ...options },
  });
}

/** Plans, starts what was planned, and waits until it has finished. */
async function send(snapshot: string, dataset: string, options: Partial<SendOptions> = {}) {
  const { send: planned, prepared } = await plan(snapshot, dataset, options);
  expect(planned.obstacles).toEqual([]);
  const { id } = await transfers.start("nas", dataset, async () => {
    if (!prepared) throw new Error("nothing to start");
    return prepared;
  });
  await finished(id);
  return planned;
}

/** What is in the way, in the order in which it is said. */
async function inTheWay(snapshot: string, dataset: string, options: Partial<SendOptions> = {}) {
  const { send: planned, prepared } = await plan(snapshot, dataset, options);
  expect(prepared).toBeNull();
  return planned.obstacles;
}

async function remove() {
  await run("tower", "zfs list -H -o name -d 1 tank | grep '^tank/send-' | xargs -r -n 1 zfs destroy -R");
  await run("nas", "zfs list -H -o name -d 1 backup | grep '^backup/send-' | xargs -r -n 1 zfs destroy -R");
}

beforeAll(async () => {
  await remove();
  await sh(
    "tower",
    `set -e
    fill() { head -c 300K /dev/urandom >"$1"; }
    zfs create tank/send-films
    for one in mon tue wed thu; do fill /tank/send-films/$one; zfs snapshot tank/send-films@$one; done
    for i in $(seq 50); do echo $i >/tank/send-films/small$i; done
    zfs snapshot tank/send-films@fri
    head -c 32 /dev/urandom >/root/send.key
    zfs create -o encryption=on -o keyformat=raw -o keylocation=file:///root/send.key tank/send-vault
    fill /tank/send-vault/a; zfs snapshot tank/send-vault@mon
    fill /tank/send-vault/b; zfs snapshot tank/send-vault@tue
    zfs create -V 8M tank/send-disk; zfs snapshot tank/send-disk@mon`,
  );
  await sh(
    "nas",
    `set -e
    head -c 32 /dev/urandom >/root/send.key
    zfs create -o encryption=on -o keyformat=raw -o keylocation=file:///root/send.key backup/send-safe`,
  );
});
afterAll(async () => {
  await remove();
  close();
});

const films = "tank/send-films";
const vault = "tank/send-vault";

async function same(source: string, target: string) {
  expect(await guid("nas", target)).toBe(await guid("tower", source));
}

test("a full send makes a new dataset, and nothing of it is mounted", async () => {
  const { stream, plan: shown } = await send(`${films}@tue`, "backup/send-films");
  expect(stream).toEqual({ kind: "full", older: 1 });
  expect(shown?.intent).toBe("send");
  expect(shown?.remaining).toBeGreaterThan(1n << 19n);
  await same(`${films}@tue`, "backup/send-films@tue");
  expect(await sh("nas", "zfs get -Hpo value mounted backup/send-films")).toBe("no");
});

test("an increment builds on the common snapshot, whatever either side calls it; -I brings those between", async () => {
  await sh("nas", "zfs rename backup/send-films@tue backup/send-films@offsite-2");
  // The name alone would have made this one the base.
  await sh("tower", `zfs rename ${films}@mon ${films}@offsite-2`);
  const { stream } = await send(`${films}@thu`, "backup/send-films");
  expect(stream).toEqual({
    ...{ kind: "incremental", base: `${films}@tue`, onTarget: "backup/send-films@offsite-2" },
    ...{ bookmark: false, between: 1 },
  });
  await same(`${films}@wed`, "backup/send-films@wed");
  await same(`${films}@thu`, "backup/send-films@thu");
});

test("a bookmark of the common snapshot is enough, and then only the last snapshot comes", async () => {
  await sh("tower", `zfs bookmark ${films}@thu ${films}#sent && zfs destroy ${films}@thu`);
  await sh("tower", `zfs snapshot ${films}@sat`);
  const { stream, plan: shown } = await send(`${films}@sat`, "backup/send-films");
  expect(stream).toMatchObject({ base: `${films}#sent`, bookmark: true, between: 1 });
  expect(shown?.steps[0]?.parts[0]?.command).toContain(` -i '${films}#sent' ${films}@sat`);
  await same(`${films}@sat`, "backup/send-films@sat");
  expect(await exists("nas", "backup/send-films@fri")).toBe(false);
});

test("with -i only the last snapshot comes", async () => {
  await send(`${films}@tue`, "backup/send-short");
  await send(`${films}@fri`, "backup/send-short", { steps: false });
  await same(`${films}@fri`, "backup/send-short@fri");
  expect(await exists("nas", "backup/send-short@wed")).toBe(false);
});

test("a volume arrives as one", async () => {
  await send("tank/send-disk@mon", "backup/send-disk", { properties: true });
  await same("tank/send-disk@mon", "backup/send-disk@mon");
});

describe("what is in the way is said beforehand", () => {
  test.each([
    ["a name that is none", "backup/films!", "bad-name"],
    ["an option for a name", "-F", "bad-name"],
    ["a pool that is not there", "tank/send-films", "no-such-pool"],
    ["a parent that is not there", "backup/send-a/b/c", "parent-missing"],
    ["a parent that is a volume", "backup/vm-disk/b", "parent-is-volume"],
  ])("%s", async (_, dataset, what) => {
    expect((await inTheWay(`${films}@fri`, dataset)).map((one) => one.what)).toEqual([what]);
  });

  test.each(["full", "incremental"] as const)("a %s receive that was interrupted", async (kind) => {
    const { target } = await makePartial({
      ...{ name: `send-cut-${kind}`, kind, sizeMb: 3, receivedMb: 1, baseMb: 1 },
    });
    expect(await inTheWay(`${films}@fri`, target)).toMatchObject([{ what: "unfinished-receive" }]);
  });

  test("the dataset itself", async () => {
    const { send: planned } = await planNewSend(await surroundings(), {
      source: { host: "tower", snapshot: `${films}@fri` },
      target: { host: "tower", dataset: films },
      options: usual,
    });
    expect(planned.obstacles).toMatchObject([{ what: "same-dataset" }]);
  });

  test("what is there already, and what is behind what is there", async () => {
    expect(await inTheWay(`${films}@sat`, "backup/send-films")).toMatchObject([{ what: "already-there" }]);
    expect(await inTheWay(`${films}@fri`, "backup/send-films")).toMatchObject([{ what: "target-ahead" }]);
  });

  test("a parent that is missing: what is offered makes it", async () => {
    const [obstacle] = await inTheWay(`${films}@fri`, "backup/send-a/b/c");
    await sh("nas", obstacle?.remedies[0]?.command ?? "");
    expect((await plan(`${films}@fri`, "backup/send-a/b/c")).prepared).not.toBeNull();
  });

  test("a dataset with other snapshots, or with none: what is offered moves it aside", async () => {
    await sh("nas", "zfs create backup/send-other");
    const [empty] = await inTheWay(`${films}@fri`, "backup/send-other");
    expect(empty?.what).toBe("target-exists");
    await sh("nas", "zfs snapshot backup/send-other@fri");
    const [other] = await inTheWay(`${films}@fri`, "backup/send-other");
    expect(other?.what).toBe("nothing-in-common");
    await sh("nas", other?.remedies[0]?.command ?? "");
    expect((await plan(`${films}@fri`, "backup/send-other")).prepared).not.toBeNull();
  });

  test("changes and newer snapshots on the target, which zfs would refuse: what is offered rolls them back", async () => {
    await send(`${films}@tue`, "backup/send-drift");
    await sh("nas", "zfs mount backup/send-drift && date >/backup/send-drift/note && zpool sync backup");
    const [changed] = await inTheWay(`${films}@fri`, "backup/send-drift");
    expect(changed?.what).toBe("changed");
    await sh("nas", "zfs snapshot backup/send-drift@by-hand");
    const byItself = `zfs send -i ${films}@tue ${films}@fri | ssh nas zfs receive -s -u backup/send-drift`;
    expect((await run("tower", byItself)).code).not.toBe(0);
    await run("nas", "zfs receive -A backup/send-drift");
    const [newer] = await inTheWay(`${films}@fri`, "backup/send-drift");
    expect(newer?.what).toBe("newer-snapshots");
    await sh("nas", newer?.remedies[0]?.command ?? "");
    await send(`${films}@fri`, "backup/send-drift");
    await same(`${films}@fri`, "backup/send-drift@fri");
  });

  test("a quota that is clearly too small", async () => {
    await sh(
      "nas",
      "zfs create backup/send-tight && zfs set quota=$(($(zfs get -Hpo value used backup/send-tight) + 50000)) backup/send-tight",
    );
    const [quota] = await inTheWay(`${films}@fri`, "backup/send-tight/films");
    expect(quota).toMatchObject({ what: "quota", certain: true });
    await sh("nas", quota?.remedies[0]?.command ?? "");
    await send(`${films}@fri`, "backup/send-tight/films");
  });
});

describe("what is encrypted", () => {
  test("is sent raw unless told otherwise, and so is what follows", async () => {
    const { rawReason } = await send(`${vault}@mon`, "backup/send-vault");
    expect(rawReason).toBe("new-copy");
    expect(await sh("nas", "zfs get -Hpo value keystatus backup/send-vault")).toBe("unavailable");
    const plain = await inTheWay(`${vault}@tue`, "backup/send-vault", { raw: false });
    expect(plain.map(({ what }) => what)).toContain("needs-raw");
    expect((await send(`${vault}@tue`, "backup/send-vault")).rawReason).toBe("raw-copy");
    await same(`${vault}@tue`, "backup/send-vault@tue");
  });

  test("takes no raw increment where it was decrypted: zfs says so, and so does the plan", async () => {
    const first = await plan(`${vault}@mon`, "backup/send-plain", { raw: false });
    expect(first.send.plan?.cautions[0]).toContain("it will lie there unencrypted");
    await send(`${vault}@mon`, "backup/send-plain", { raw: false });
    const byItself = `zfs send -w -i ${vault}@mon ${vault}@tue | ssh nas zfs receive -s -u backup/send-plain`;
    expect((await run("tower", byItself)).code).not.toBe(0);
    await run("nas", "zfs receive -A backup/send-plain");
    expect(await inTheWay(`${vault}@tue`, "backup/send-plain", { raw: true })).toMatchObject([
      { what: "never-raw" },
    ]);
    expect((await send(`${vault}@tue`, "backup/send-plain")).rawReason).toBe("plain-copy");
  });

  test("needs its key unless it is sent raw", async () => {
    const locked = "tank/send-locked";
    await sh(
      "tower",
      `set -e
      zfs create -o encryption=on -o keyformat=raw -o keylocation=file:///root/send.key ${locked}
      zfs snapshot ${locked}@mon; zfs unmount ${locked}; zfs unload-key ${locked}`,
    );
    const [key] = await inTheWay(`${locked}@mon`, "backup/send-keyless", { raw: false });
    expect(key?.what).toBe("source-key");
    await send(`${locked}@mon`, "backup/send-keyless");
    await sh("tower", key?.remedies[0]?.command ?? "");
  });
});

describe("into an encrypted place", () => {
  test("-e is left out, for zfs takes no embedded blocks there", async () => {
    const byItself = `zfs send -e -c ${films}@fri | ssh nas zfs receive -s -u backup/send-safe/by-itself`;
    expect((await run("tower", byItself)).code).not.toBe(0);
    expect((await send(`${films}@fri`, "backup/send-safe/films")).embeddedLeftOut).toBe(true);
    expect(await sh("nas", "zfs get -Hpo value encryptionroot backup/send-safe/films")).toBe(
      "backup/send-safe",
    );
  });

  test("properties come along without taking the encryption away, nor setting a mountpoint", async () => {
    await sh("tower", `zfs set mountpoint=/srv/send-films atime=on ${films}`);
    await send(`${films}@fri`, "backup/send-safe/props", { properties: true });
    const values = await sh(
      "nas",
      "zfs get -Hpo value encryptionroot,mountpoint,atime backup/send-safe/props",
    );
    expect(values.split("\n")).toEqual(["backup/send-safe", "/backup/send-safe/props", "on"]);
  });

  test("its key must be loaded", async () => {
    await sh("nas", "zfs unmount backup/send-safe; zfs unload-key -r backup/send-safe");
    expect((await inTheWay(`${films}@fri`, "backup/send-safe/late")).map(({ what }) => what)).toContain(
      "target-key",
    );
  });
});
