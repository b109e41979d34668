import { describe, expect, test } from "vitest";
import { joined, type Said, say } from "../say";
import type { Point, Snapshot } from "../zfs/output";
import type { Surroundings } from "./gather";
import { beforeAsking, drawUp, type SendFacts, type SendOptions, type SendRequest } from "./new-send";

const usual: SendOptions = {
  ...{ raw: null, largeBlocks: true, compressed: true, embedded: true, steps: true, properties: false },
};
const request = (options: Partial<SendOptions> = {}, dataset = "backup/films"): SendRequest => ({
  source: { host: "tower", snapshot: "tank/films@s9" },
  target: { host: "nas", dataset },
  options: { ...usual, ...options },
});

const TiB = 1n << 40n;
/** A point of the source, its GUID in its name: `@s3` or `#b3`. */
function point(mark: string, ivset: bigint | null = null): Point {
  const guid = BigInt(mark.replace(/\D/g, ""));
  return {
    ...{ name: `tank/films${mark}`, guid, creation: 0, referenced: 1n, written: 1n, ivset },
  };
}
function copy(guid: number, name = `s${guid}`, ivset: bigint | null = null): Snapshot {
  const more = { used: 1n, holds: 0, clones: [], ivset, creation: 0 };
  return { name: `backup/films@${name}`, guid: BigInt(guid), ...more };
}

const plain = { type: "filesystem", encryption: null } as const;
const locked = { root: "tank/films", keyLoaded: false };
const open = { root: "tank/films", keyLoaded: true };

/** A source with @s1 … and @s9, and a target that is new unless it is given snapshots. */
function facts(more: Partial<SendFacts> = {}, target: Partial<SendFacts["target"]> = {}): SendFacts {
  const features = new Map([["large_blocks", "active"]]);
  const snapshots = more.snapshots ?? [];
  return {
    points: ["@s1", "@s3", "@s5", "@s9"].map((mark) => point(mark)),
    source: plain,
    targetPool: { name: "backup", health: "ONLINE", readonly: false, features },
    snapshots,
    ...more,
    target: {
      existing: snapshots.length > 0 ? { ...plain, written: 0n } : null,
      receiving: false,
      above: { ...plain, name: "backup" },
      ...{ available: TiB, limits: [] },
      ...target,
    },
  };
}

const drawn = (more: Partial<SendFacts>, options: Partial<SendOptions> = {}) =>
  drawUp(request(options), facts(more));
const inTheWay = (draft: ReturnType<typeof drawUp>) => draft.obstacles.map(({ what }) => what);

describe("what is sent", () => {
  test("in full where the target is new; what is older stays behind", () => {
    const { stream, end, toGuid, obstacles } = drawn({});
    expect(stream).toEqual({ kind: "full", older: 3 });
    expect(end).toEqual({ from: null, to: "tank/films@s9", steps: false });
    expect(toGuid).toBe(9n);
    expect(obstacles).toEqual([]);
  });

  test.each<[string, Point[], Snapshot[], string, boolean, number]>([
    [
      "the newest that both have",
      [1, 3, 5, 9].map((n) => point(`@s${n}`)),
      [copy(1), copy(3)],
      "@s3",
      true,
      1,
    ],
    [
      "whatever it is called there",
      [1, 3, 5, 9].map((n) => point(`@s${n}`)),
      [copy(3, "s5")],
      "@s3",
      true,
      1,
    ],
    ["a bookmark of it", [point("#b3"), point("@s5"), point("@s9")], [copy(3)], "#b3", false, 1],
    [
      "a snapshot rather than its bookmark",
      [point("#b3"), point("@s3"), point("@s9")],
      [copy(3)],
      "@s3",
      true,
      0,
    ],
    [
      "a bookmark that is listed after",
      [point("@s3"), point("#b3"), point("@s9")],
      [copy(3)],
      "@s3",
      true,
      0,
    ],
  ])("as an increment on %s", (_, points, snapshots, base, steps, between) => {
    const { stream, end, obstacles } = drawn({ points, snapshots });
    expect(obstacles).toEqual([]);
    expect(end).toEqual({ from: `tank/films${base}`, to: "tank/films@s9", steps });
    expect(stream).toMatchObject({
      onTarget: snapshots.at(-1)?.name,
      between,
      bookmark: base.startsWith("#"),
    });
  });

  test("a name is no proof: another snapshot with the same name is not the base", () => {
    expect(inTheWay(drawn({ snapshots: [copy(77, "s5")] }))).toEqual(["nothing-in-common"]);
  });

  test("without those in between where that is wanted", () => {
    expect(drawn({ snapshots: [copy(3)] }, { steps: false }).end?.steps).toBe(false);
  });

  test("a snapshot that has gone meanwhile is named", () => {
    expect(() => drawn({ points: [point("@s1")] })).toThrow(
      say`${"tower"} has no ${"tank/films@s9"} any more.`,
    );
  });
});

describe("what is in the way", () => {
  const written = { existing: { ...plain, written: 7n } };
  test.each<[string, Partial<SendFacts>, Partial<SendFacts["target"]>, string, RegExp | null]>([
    ["it is there already", { snapshots: [copy(9, "x")] }, {}, "already-there", null],
    [
      "the target is ahead",
      { points: ["@s1", "@s9", "@s10"].map((m) => point(m)), snapshots: [copy(10)] },
      {},
      "target-ahead",
      null,
    ],
    [
      "nothing in common",
      { snapshots: [copy(70)] },
      {},
      "nothing-in-common",
      /zfs rename backup\/films backup\/films-before/,
    ],
    ["no snapshots there", {}, written, "target-exists", /zfs rename/],
    [
      "newer snapshots there",
      { snapshots: [copy(3), copy(70)] },
      {},
      "newer-snapshots",
      /^zfs rollback -r backup\/films@s3$/,
    ],
    ["changes there", { snapshots: [copy(3)] }, written, "changed", /^zfs rollback backup\/films@s3$/],
    ["an unfinished receive", { snapshots: [copy(3)] }, { receiving: true }, "unfinished-receive", null],
    ["no pool", {}, { above: null }, "no-such-pool", null],
    [
      "a volume above",
      {},
      { above: { type: "volume", encryption: null, name: "backup" } },
      "parent-is-volume",
      null,
    ],
    [
      "a key of the source",
      { source: { ...plain, encryption: locked } },
      {},
      "source-key",
      /^zfs load-key tank\/films$/,
    ],
    [
      "a key of the target",
      {},
      { above: { ...plain, name: "backup", encryption: locked } },
      "target-key",
      /load-key/,
    ],
  ])("%s", (_, more, target, what, remedy) => {
    const { obstacles } = drawUp(request({ raw: false }), facts(more, target));
    expect(obstacles.map((one) => one.what)).toEqual([what]);
    expect(obstacles[0]?.certain).toBe(true);
    if (remedy) expect(obstacles[0]?.remedies[0]?.command).toMatch(remedy);
    else expect(obstacles[0]?.remedies).toEqual([]);
  });

  test("a parent that is missing, while what would run is known all the same", () => {
    const { obstacles, end } = drawUp(request({}, "backup/a/films"), facts());
    expect(obstacles[0]?.remedies[0]?.command).toBe("zfs create -p backup/a");
    expect(end).not.toBeNull();
  });

  test("a pool feature that the stream needs", () => {
    const pool = { name: "backup", health: "ONLINE", readonly: false };
    const targetPool = { ...pool, features: new Map([["large_blocks", "disabled"]]) };
    expect(inTheWay(drawn({ targetPool }))).toEqual(["missing-feature"]);
    expect(inTheWay(drawn({ targetPool }, { largeBlocks: false }))).toEqual([]);
  });
});

describe("before anybody is asked", () => {
  const pool = { name: "backup", health: "ONLINE", readonly: false, features: new Map() };
  const around = (more: Partial<typeof pool> = {}, silence: Said | null = null): Surroundings => ({
    hosts: [],
    poolsOf: (host) => (host === "nas" ? [{ ...pool, ...more }] : [{ ...pool, name: "tank" }]),
    lastFailure: () => null,
    silenceOf: (host) => (host === "nas" ? silence : null),
  });
  test.each([
    ["a name that is none", request({}, "backup/fi|lms"), around(), "bad-name"],
    ["nothing at all", request({}, ""), around(), "bad-name"],
    ["an option", request({}, "-F"), around(), "bad-name"],
    ["a hidden child", request({}, "backup/films/%recv"), around(), "bad-name"],
    ["another pool", request({}, "vault/films"), around(), "no-such-pool"],
    ["a suspended pool", request(), around({ health: "SUSPENDED" }), "pool-suspended"],
    ["a read-only pool", request(), around({ readonly: true }), "pool-readonly"],
  ])("%s is refused", (_, asked, surroundings, what) => {
    expect(beforeAsking(surroundings, asked).map((one) => one.what)).toEqual([what]);
  });

  test("the dataset of the snapshot itself is refused, on that host only", () => {
    const target = { host: "tower", dataset: "tank/films" };
    expect(beforeAsking(around(), { ...request(), target }).map(({ what }) => what)).toEqual([
      "same-dataset",
    ]);
    expect(beforeAsking(around(), request())).toEqual([]);
  });

  test("silence is not taken for an answer", () => {
    expect(() => beforeAsking(around({}, say`It is off.`), request())).toThrow(
      joined([say`${"nas"} could not be asked.`, say`It is off.`]),
    );
  });
});

describe("what is encrypted", () => {
  const source = { ...plain, encryption: open };
  const points = [point("@s3", 33n), point("@s9", 99n)];
  const rawCopy = { points, source, snapshots: [copy(3, "s3", 33n)] };
  const ownCopy = { points, source, snapshots: [copy(3, "s3", 44n)] };
  const clearCopy = { points, source, snapshots: [copy(3)] };
  const doubtful = { ...rawCopy, points: [point("#b3"), point("@s9", 99n)] };
  test.each<[string, Partial<SendFacts>, boolean | null, boolean, string, string[]]>([
    ["a new copy is raw", { points, source }, null, true, "new-copy", []],
    ["unless wanted otherwise", { points, source }, false, false, "new-copy", []],
    ["a raw copy gets raw increments", rawCopy, null, true, "raw-copy", []],
    ["and no others", rawCopy, false, false, "raw-copy", ["needs-raw"]],
    ["a copy in the clear gets none", clearCopy, null, false, "plain-copy", []],
    ["nor one with a key of its own", ownCopy, null, false, "plain-copy", []],
    ["even if wanted", ownCopy, true, true, "plain-copy", ["never-raw"]],
    ["in doubt nothing is decrypted", doubtful, null, true, "unknown-copy", []],
    ["what is not encrypted is never raw", {}, true, false, "not-encrypted", []],
  ])("%s", (_, more, wanted, raw, reason, obstacles) => {
    const draft = drawn(more, { raw: wanted });
    expect(draft.flags?.raw).toBe(raw);
    expect(draft.rawReason).toBe(reason);
    expect(inTheWay(draft)).toEqual(obstacles);
  });

  test("raw needs no key on either side", () => {
    const above = { ...plain, name: "backup", encryption: locked };
    const draft = drawUp(request(), facts({ source: { ...plain, encryption: locked } }, { above }));
    expect(draft.obstacles).toEqual([]);
    expect(draft.flags?.raw).toBe(true);
  });

  test("a full send that decrypts says so", () => {
    expect(drawn({ points, source }, { raw: false }).cautions[0]).toContain("it will lie there unencrypted");
  });
});

describe("an encrypted place", () => {
  const above = { ...plain, name: "backup", encryption: open };
  test("takes no embedded blocks, unless the stream is raw", () => {
    const draft = drawUp(request(), facts({}, { above }));
    expect([draft.flags?.embedded, draft.embeddedLeftOut]).toEqual([false, true]);
    const raw = drawUp(request(), facts({ source: { ...plain, encryption: open } }, { above }));
    expect([raw.flags?.embedded, raw.embeddedLeftOut]).toEqual([true, false]);
  });

  test("keeps what arrives with properties encrypted, and mounts nothing", () => {
    const options = { properties: true };
    expect(drawUp(request(options), facts({}, { above })).properties?.without).toEqual([
      "mountpoint",
      "encryption",
    ]);
    expect(drawUp(request(options), facts()).properties?.without).toEqual(["mountpoint"]);
    const volume = facts({ source: { type: "volume", encryption: null } });
    expect(drawUp(request(options), volume).properties?.without).toEqual([]);
    expect(drawUp(request(), facts()).properties).toBeNull();
  });
});
