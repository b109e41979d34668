import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, expect, test } from "vitest";
import type { Caller } from "@/server/access/caller";
import { appRouter } from "@/server/api/root";
import { planNewSend } from "@/server/receives/new-send";
import { planTransfer } from "@/server/receives/plan";
import { hasEnded } from "@/server/transfers/states";
import type { Transfer } from "@/server/transfers/types";
import { decodeResumeToken } from "@/server/zfs/token";
import { guid, makePartial, type Partial, run, sh, token } from "../lab";
import { uplink } from "../uplink";
import { ask, hosts, surroundings } from "./ask";
import { ownHalfway } from "./transfers";

type Own = Awaited<ReturnType<typeof ownHalfway>>;

const made: string[] = [];
const own = await ownHalfway();

afterEach(() => uplink.quick());
afterAll(async () => {
  own.close();
  for (const name of made) {
    await run(
      "tower",
      `zfs release -r 'halfway:nas:backup/${name}' $(zfs list -Ho name -t snapshot -r tank/${name})`,
    );
    await run("nas", `zfs destroy -R backup/${name}`);
    await run("tower", `zfs destroy -R tank/${name}`);
  }
});

function partial(name: string, sizeMb = 40): Promise<Partial> {
  made.push(name);
  return makePartial({ name, kind: "incremental", sizeMb, receivedMb: 6, baseMb: 1 });
}

async function resume({ transfers }: Own, target: string): Promise<Transfer> {
  const { facts, verdict } = await ask(target);
  const { decoded } = facts;
  if (!decoded) throw new Error("no token");
  const planned = planTransfer("resume", facts, verdict, hosts);
  return transfers.start("nas", target, async () => ({ ...planned, toGuid: decoded.toGuid, flags: decoded }));
}

async function until<T>(what: string, look: () => T | Promise<T>, fits: (value: T) => boolean): Promise<T> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200)) {
    const value = await look();
    if (fits(value)) return value;
  }
  throw new Error(`not within a minute: ${what}`);
}

const sending = (id: string, { transfers }: Own = own) =>
  until(
    "bytes are sent",
    () => transfers.get(id),
    ({ sent, state }) => sent > 0n || hasEnded(state),
  );

test("while a transfer lives nobody can destroy what it sends, nor its base; afterwards nothing is held", async () => {
  const { target, source, toGuid } = await partial("kept");
  await uplink.slow();
  const { id } = await resume(own, target);
  const holds = () => sh("tower", `zfs holds -H ${source} tank/kept@base`);
  await until("both are held", holds, (said) => said.split("\n").length === 2);
  own.transfers.stop(id);
  await until("it has stopped", () => own.transfers.get(id).state, hasEnded);
  // Between two attempts nothing but the hold keeps it.
  expect((await run("tower", `zfs destroy ${source}`)).stderr).toMatch(/busy|being held/);
  const [, tower] = await own.halfway.holds.list();
  expect(tower?.holds.map(({ snapshot, for: receive }) => [snapshot, receive?.dataset])).toEqual(
    expect.arrayContaining([
      [source, target],
      ["tank/kept@base", target],
    ]),
  );

  await uplink.quick();
  const again = await resume(own, target);
  await own.finished(again.id);
  expect(await guid("nas", `${target}@next`)).toBe(toGuid);
  await until("nothing is held", holds, (said) => said === "");
  const { attempts, events } = await own.transfers.history(again.id);
  expect(attempts).toHaveLength(1);
  expect(attempts[0]?.exitCodes).toEqual({ before: null, send: 0, receive: 0 });
  expect(events.map(({ state }) => state)).toEqual(["starting", "running", "verifying", "finished"]);
  expect(JSON.stringify(attempts, (_, value) => String(value))).not.toMatch(/\b1-[0-9a-f]+-[0-9a-f]+-789c/);
});

const admin: Caller = {
  ...{ kind: "person", id: "1", name: "alice", role: "admin", secondFactor: false, elsewhere: false },
  ...{ session: "s", authenticatedAt: Number.MAX_SAFE_INTEGER },
};

test("what a receive needs is held on request, without a transfer, until the receive ends", async () => {
  const { target, source } = await partial("protected", 20);
  const { halfway } = own;
  const context = { halfway, caller: admin, headers: new Headers(), setCookies: () => {} };
  const { receives } = appRouter.createCaller(context);
  await halfway.refresh("nas");
  const id = `nas:${target}`;
  const { fingerprint } = await receives.inspect({ id });
  const needs = () => until("what it needs is known", () => receives.needs({ id }), Boolean);
  const needed = [
    { snapshot: source, what: "sent" },
    { snapshot: "tank/protected@base", what: "base" },
  ];
  expect(await needs()).toMatchObject({
    snapshots: needed.map((one) => ({ ...one, held: null, others: [] })),
  });

  const holds = () => sh("tower", `zfs holds -H ${source} tank/protected@base`);
  await receives.protect({ id, fingerprint });
  // Twice is no more than once.
  await receives.protect({ id, fingerprint });
  expect((await holds()).split("\n")).toHaveLength(2);
  expect((await run("tower", `zfs destroy ${source}`)).stderr).toMatch(/busy|being held/);
  const held = { tag: `halfway:nas:${target}`, for: { host: "nas", dataset: target } };
  expect(await needs()).toMatchObject({ snapshots: needed.map((one) => ({ ...one, held })) });

  const plan = await receives.plan({ id, fingerprint, intent: "abort" });
  await receives.abort({ id, fingerprint, confirm: { plan: plan.digest, name: plan.confirmName } });
  expect(await holds()).toBe("");
  expect(await receives.past({ id })).toEqual({ transfers: [], attempts: [], next: null });
});

test("while it runs both sides' words and the curve can be read along, afterwards what was kept; no token is among it", async () => {
  const { target } = await partial("read-along", 60);
  await uplink.slow();
  const { id } = await resume(own, target);
  await sending(id);
  const { place, ...first } = await own.transfers.log(id, null);
  expect(first).toMatchObject({ attempt: 1, begins: true, running: true });
  const curve = await until(
    "a curve of some points",
    () => own.transfers.curve(id),
    (now) => (now?.curve.length ?? 0) > 2,
  );
  expect(curve?.attempt).toBe(1);
  await uplink.quick();
  await own.finished(id);
  const kept = await until(
    "it is in the history",
    () => own.transfers.log(id, place),
    ({ running }) => !running,
  );
  expect(kept).toMatchObject({ attempt: 1, begins: true, more: false });
  expect(JSON.stringify([first, kept])).not.toMatch(/\b1-[0-9a-f]+-[0-9a-f]+-789c/);
  expect(await own.transfers.curve(id)).toBeNull();
  expect((await own.transfers.into("nas", target, null)).attempts).toMatchObject([
    { transferId: id, number: 1 },
  ]);
});

test("a transfer is held back, faster or slower, while it runs; and nothing that was received is lost by it", async () => {
  const { target, toGuid } = await partial("limited-rate", 60);
  const MiB = 1024 * 1024;
  await uplink.slow();
  const { id } = await resume(own, target);
  await sending(id);
  await own.transfers.setLimit(id, MiB);
  // Its stream was not held back: it goes on in a second attempt.
  await until(
    "a second attempt sends",
    () => own.transfers.get(id),
    ({ attempt, sent }) => attempt === 2 && sent > 0n,
  );
  await uplink.quick();
  const slow = await until(
    "a steady rate",
    () => own.transfers.get(id).rate,
    (rate) => rate !== null && rate < 2 * MiB,
  );
  expect(slow).toBeGreaterThan(0);
  await own.transfers.setLimit(id, 20 * MiB);
  await own.finished(id);
  const { attempt, before } = own.transfers.get(id);
  expect(attempt).toBe(2);
  expect(before).toBeGreaterThan(5n * BigInt(MiB));
  expect(await guid("nas", `${target}@next`)).toBe(toGuid);
});

test("what there is no room for waits in a queue, in an order that a person decides", async () => {
  const names = ["queue-a", "queue-b", "queue-c"];
  const partials = [];
  for (const name of names) partials.push(await partial(name, 30));
  own.halfway.settings.change({ perHost: 1 });
  try {
    await uplink.slow();
    const ids: string[] = [];
    for (const { target } of partials) ids.push((await resume(own, target)).id);
    const states = () =>
      ids
        .map((id) => own.transfers.get(id))
        .map(({ state, place }) => (state === "queued" ? place : "at work"));
    await until("one at work, two waiting", states, (now) => `${now}` === "at work,1,2");
    own.transfers.move(ids[2] as string, ids[1] as string);
    await until("the third is next", states, (now) => `${now}` === "at work,2,1");
    own.transfers.stop(ids[1] as string);
    expect(own.transfers.get(ids[1] as string)).toMatchObject({ state: "stopped", attempt: 0 });
    await uplink.quick();
    await own.finished(ids[0] as string);
    await own.finished(ids[2] as string);
    for (const at of [0, 2]) {
      expect(await guid("nas", `${partials[at]?.target}@next`)).toBe(partials[at]?.toGuid);
    }
    expect((await ask(partials[1]?.target as string)).verdict.kind).toBe("resumable");
  } finally {
    own.halfway.settings.change({ perHost: 4 });
  }
});

test("a series that breaks off before its last snapshot is brought to its end by itself", async () => {
  const name = "broken-series";
  made.push(name);
  // Between two syncs of the pool nobody sees how far a receive is: the second snapshot takes some of them.
  await sh(
    "tower",
    `zfs create tank/${name} && zfs snapshot tank/${name}@base
zfs send tank/${name}@base | ssh nas zfs receive -u backup/${name}
for n in 3 45 6; do head -c "$n"M /dev/urandom >/tank/${name}/$n; zfs snapshot tank/${name}@s$n; done`,
    { timeoutMs: 90_000 },
  );
  const { prepared } = await planNewSend(await surroundings(), {
    source: { host: "tower", snapshot: `tank/${name}@s6` },
    target: { host: "nas", dataset: `backup/${name}` },
    options: {
      ...{ raw: null, largeBlocks: true, compressed: true, embedded: true },
      ...{ steps: true, properties: false },
    },
  });
  if (!prepared) throw new Error("nothing to start");
  await uplink.slow();
  const { id } = await own.transfers.start("nas", `backup/${name}`, async () => prepared);
  // The first has arrived, the second is half-way.
  const second = await guid("tower", `tank/${name}@s45`);
  await until(
    "the second is being received",
    async () => (await token("nas", `backup/${name}`)) ?? "",
    (now) =>
      now !== "" &&
      String(decodeResumeToken(now).toGuid) === second &&
      decodeResumeToken(now).bytes > 1_000_000n,
  );
  await sh("nas", `pkill -9 -f '^zfs receive .*backup/${name}$'`);
  await until(
    "another attempt",
    () => own.transfers.get(id),
    ({ attempt }) => attempt > 1,
  );
  await uplink.quick();
  await own.finished(id);
  for (const snapshot of ["s3", "s45", "s6"]) {
    expect(await guid("nas", `backup/${name}@${snapshot}`)).toBe(
      await guid("tower", `tank/${name}@${snapshot}`),
    );
  }
  const { attempts } = await own.transfers.history(id);
  expect(attempts.map(({ message }) => message)).toEqual([
    "The transfer was interrupted. What was received is kept and can be resumed.",
    `backup/${name}@s45 is complete on nas.`,
    `backup/${name}@s6 is complete on nas.`,
  ]);
});

test("without its memory a Halfway takes up what runs all the same, and knows how it ended", async () => {
  const { target, toGuid } = await partial("forgotten");
  await uplink.slow();
  const first = await ownHalfway();
  const { id } = await resume(first, target);
  await sending(id, first);
  first.halfway.close();
  await first.halfway.settled();
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${first.stateDir}/halfway.db${suffix}`, { force: true });

  const second = await ownHalfway(first.stateDir);
  expect(second.transfers.get(id)).toMatchObject({ state: "running", attempt: 1, dataset: target });
  await uplink.quick();
  await second.finished(id);
  expect(await guid("nas", `${target}@next`)).toBe(toGuid);
  await second.halfway.settled();
  second.halfway.close();

  // And the third remembers it.
  const third = await ownHalfway(first.stateDir);
  expect(third.transfers.get(id)).toMatchObject({ state: "finished" });
  third.close();
});
