import { describe, expect, test } from "vitest";
import {
  parseChildren,
  parseDatasets,
  parseEstimate,
  parseGuids,
  parseIdentities,
  parseKeys,
  parsePartialDetails,
  parsePoints,
  parsePools,
  parseReceiveProcesses,
  parseReceiveTarget,
  parseSnapshots,
  parseSource,
  parseTicks,
  parseTokens,
  parseTotal,
  parseTree,
  parseVersion,
  receivesInto,
  sentBefore,
  stderrWords,
} from "./output";

describe("the list of tokens", () => {
  test("has only datasets with a token, names with spaces whole", () => {
    const stdout = "backup\t-\nbackup/Family Films\t1-abc-e8-789c\nbackup/home\t-\n";
    expect(parseTokens(stdout).tokens).toEqual([{ dataset: "backup/Family Films", token: "1-abc-e8-789c" }]);
  });

  test("names every pool that answered, with tokens or without", () => {
    const { tokens, pools } = parseTokens("backup\t-\nbackup/home\t-\ntank\t-\ntank/films\t1-abc-e8-789c\n");
    expect(pools).toEqual(new Set(["backup", "tank"]));
    expect(tokens).toHaveLength(1);
    expect(parseTokens("")).toEqual({ tokens: [], pools: new Set() });
  });
});

/** What `zfs get` prints for one name, in the order it was asked. */
function described(name: string, more: Record<string, string> = {}): string {
  const properties = {
    ...{
      type: "filesystem",
      creation: "1",
      used: "0",
      available: "4096",
      quota: "0",
      refquota: "0",
      written: "0",
    },
    ...{
      inconsistent: "0",
      encryption: "off",
      encryptionroot: "-",
      keystatus: "-",
      receive_resume_token: "-",
    },
    ...more,
  };
  return Object.entries(properties)
    .map(([property, value]) => `${name}\t${property}\t${value}\n`)
    .join("");
}

describe("what ZFS says of partial receives", () => {
  const token = "1-abc-e8-789c";
  const stdout = [
    described("backup", { used: "999999", quota: "1000000" }),
    described("backup/new", {
      ...{ used: "41943040", creation: "1790000000", inconsistent: "1", receive_resume_token: token },
    }),
    described("backup/old", { used: "999", type: "volume", written: "17", receive_resume_token: token }),
    described("backup/old/%recv", {
      ...{
        used: "20971520",
        creation: "1790000001",
        type: "volume",
        inconsistent: "1",
        receive_resume_token: token,
      },
    }),
  ].join("");
  const datasets = ["backup/new", "backup/old", "backup/gone"];
  const stderr = [
    "cannot open 'backup/new/%recv': dataset does not exist",
    "cannot open 'backup/gone': dataset does not exist",
    "cannot open 'backup/gone/%recv': dataset does not exist",
  ].join("\n");
  const details = parsePartialDetails(stdout, stderr, datasets) ?? new Map();
  const only = (properties: Record<string, string>, above = described("backup")) =>
    parsePartialDetails(
      above + described("backup/new", { receive_resume_token: token, ...properties }),
      "cannot open 'backup/new/%recv': dataset does not exist\n",
      ["backup/new"],
    )?.get("backup/new");

  test("the state is the dataset itself for a receive into a new one", () => {
    expect(details.get("backup/new")).toEqual({
      ...{ token, stateIn: "dataset", type: "filesystem", inconsistent: true },
      ...{ spaceHeld: 41943040n, began: 1790000000_000, written: 0n, available: 4096n, encryption: null },
      limits: [{ dataset: "backup", property: "quota", limit: 1_000_000n, used: 999_999n }],
    });
  });

  test("it is %recv, with its own size and age, where ZFS knows that child; what was written is the dataset's", () => {
    expect(details.get("backup/old")).toMatchObject({
      ...{ token, stateIn: "%recv", type: "volume", inconsistent: false },
      ...{ spaceHeld: 20971520n, began: 1790000001_000, written: 17n },
    });
  });

  test("a dataset that went away meanwhile is left out", () => {
    expect(details.has("backup/gone")).toBe(false);
  });

  test("half an answer is none: it would make an abort seem to take a whole dataset", () => {
    const lines = stdout.split("\n").slice(0, -1);
    for (let kept = 0; kept < lines.length; kept += 1) {
      expect(parsePartialDetails(lines.slice(0, kept).join("\n"), stderr, datasets)).toBeNull();
    }
    expect(parsePartialDetails("", "The ZFS modules are not loaded.\n", datasets)).toBeNull();
    expect(parsePartialDetails(stdout, "", datasets)).toBeNull();
  });

  test("what a login script or ssh adds to stderr does not matter", () => {
    const noise = "bash: warning: setlocale: cannot change locale\n** WARNING: connection is not using …\n";
    expect(parsePartialDetails(stdout, noise + stderr, datasets)).toEqual(details);
    expect(parsePartialDetails(stdout, stderr.replaceAll("\n", "\r\n"), datasets)).toEqual(details);
  });

  test("a name so long that no %recv fits below it has none", () => {
    const name = `backup/${"x".repeat(245)}`;
    const found = parsePartialDetails(
      described("backup") + described(name, { receive_resume_token: token }),
      `cannot open '${name}/%recv': name is too long\n`,
      [name],
    );
    expect(found?.get(name)?.stateIn).toBe("dataset");
  });

  test("a receive that finished since its token was listed is left out, or its whole dataset would be described", () => {
    const finished = described("backup") + described("backup/new", { used: "41943040" });
    expect(parsePartialDetails(finished, stderr, ["backup/new"])).toEqual(new Map());
  });

  test("an encrypted dataset comes with whose key it needs, and whether that is loaded", () => {
    const encrypted = { encryption: "aes-256-gcm", encryptionroot: "backup" };
    expect(only({ ...encrypted, keystatus: "unavailable" })?.encryption).toEqual({
      root: "backup",
      keyLoaded: false,
    });
    expect(only({ ...encrypted, keystatus: "available" })?.encryption).toEqual({
      root: "backup",
      keyLoaded: true,
    });
    expect(only({})?.encryption).toBeNull();
  });

  test("the quotas set on the dataset and above it count, those that are not set do not", () => {
    const above = described("backup", { quota: "5000", used: "4000" });
    expect(only({ quota: "3000", refquota: "2000", used: "1000", referenced: "700" }, above)?.limits).toEqual(
      [
        { dataset: "backup", property: "quota", limit: 5000n, used: 4000n },
        { dataset: "backup/new", property: "quota", limit: 3000n, used: 1000n },
        { dataset: "backup/new", property: "refquota", limit: 2000n, used: 700n },
      ],
    );
    expect(only({})?.limits).toEqual([]);
    // Volumes have none.
    expect(only({ quota: "-", refquota: "-" })?.limits).toEqual([]);
  });
});

describe("the pools of a host", () => {
  const pools = parsePools(
    [
      ["tank", "size", "3298534883328"],
      ["tank", "health", "ONLINE"],
      ["tank", "readonly", "off"],
      ["tank", "feature@large_blocks", "active"],
      ["tank", "feature@redacted_datasets", "disabled"],
      ["old films", "health", "SUSPENDED"],
      ["old films", "readonly", "on"],
    ]
      .map((cells) => `${cells.join("\t")}\n`)
      .join(""),
  );

  test("come with their health, and whether they can be written to", () => {
    expect(pools.map(({ name, health, readonly }) => [name, health, readonly])).toEqual([
      ["tank", "ONLINE", false],
      ["old films", "SUSPENDED", true],
    ]);
  });

  test("come with what they support, by the feature's short name", () => {
    expect(pools[0]?.features).toEqual(
      new Map([
        ["large_blocks", "active"],
        ["redacted_datasets", "disabled"],
      ]),
    );
  });

  test("are none where there are none", () => {
    expect(parsePools("")).toEqual([]);
  });
});

test("keys are known of encrypted datasets only", () => {
  const stdout = [
    "tank\tkeystatus\t-\ntank\tencryptionroot\t-",
    "tank/a b\tkeystatus\tavailable\ntank/a b\tencryptionroot\ttank/a b",
    "tank/locked/x\tkeystatus\tunavailable\ntank/locked/x\tencryptionroot\ttank/locked\n",
  ].join("\n");
  expect(parseKeys(stdout)).toEqual(
    new Map([
      ["tank/a b", { root: "tank/a b", keyLoaded: true }],
      ["tank/locked/x", { root: "tank/locked", keyLoaded: false }],
    ]),
  );
});

test("snapshots and bookmarks are found by GUIDs, in all of their 64 bits; other lines are not taken for any", () => {
  const stdout = "Welcome to tower\ntank/a b@mon\t18446744073709551615\ntank/a b#mon\t7\ntank/x@y\t-\n";
  expect(parseGuids(stdout)).toEqual([
    { name: "tank/a b@mon", guid: 18446744073709551615n },
    { name: "tank/a b#mon", guid: 7n },
  ]);
});

test("a name is identified by its GUID and, where it is encrypted, its ivset", () => {
  const stdout =
    "tank/a@tue\tguid\t22\ntank/a@tue\tivsetguid\t8\ntank/a#mon\tguid\t11\ntank/a#mon\tivsetguid\t-\n";
  expect(parseIdentities(stdout)).toEqual(
    new Map([
      ["tank/a@tue", { guid: 22n, ivset: 8n }],
      ["tank/a#mon", { guid: 11n, ivset: null }],
    ]),
  );
});

test("the datasets below one are listed without itself", () => {
  expect(parseChildren("backup/new\nbackup/new/a b\nbackup/new/c\n", "backup/new")).toEqual([
    "backup/new/a b",
    "backup/new/c",
  ]);
  expect(parseChildren("backup/new\n", "backup/new")).toEqual([]);
});

describe("running receives", () => {
  const processes = parseReceiveProcesses(
    [
      "  812    5 zfs receive -s -u backup/Family Films",
      "  813   60 /usr/sbin/zfs recv -s -o compression=lz4 -x mountpoint -F backup/photos@monday",
      "  814   70 zfs send -vP -t 1-abc",
      "  815 3600 zfs receive -A backup/home",
      "  816    0 zfs recv -d backup/prefix",
      "  817    0 zfs list -t snapshot",
    ].join("\n"),
  );

  test("are found by what they receive into, whatever their options", () => {
    expect(processes).toEqual([
      {
        ...{ pid: 812, age: 5_000, target: "backup/Family Films", prefix: false },
        args: "zfs receive -s -u backup/Family Films",
      },
      {
        ...{ pid: 813, age: 60_000, target: "backup/photos", prefix: false },
        args: "/usr/sbin/zfs recv -s -o compression=lz4 -x mountpoint -F backup/photos@monday",
      },
      { pid: 816, age: 0, args: "zfs recv -d backup/prefix", target: "backup/prefix", prefix: true },
    ]);
  });

  test("concern one dataset, not those whose names begin or end alike", () => {
    const [films] = processes;
    expect(films && receivesInto(films, "backup/Family Films")).toBe(true);
    expect(films && receivesInto(films, "backup/Family")).toBe(false);
    expect(films && receivesInto(films, "Films")).toBe(false);
  });

  test("with -d or -e may concern anything below their target", () => {
    const prefix = processes.find((process) => process.prefix);
    expect(prefix && receivesInto(prefix, "backup/prefix/tank/home")).toBe(true);
    expect(prefix && receivesInto(prefix, "backup/prefixed")).toBe(false);
  });
});

describe("the estimate of what is left to send", () => {
  test("of a full send", () => {
    expect(parseEstimate("resume token contents:\nfull\ttank/a b@s\t1599981784\nsize\t1599981784\n")).toEqual(
      {
        snapshot: "tank/a b@s",
        base: null,
        size: 1599981784n,
      },
    );
  });

  test.each([
    ["monday", "tank/home@monday"],
    ["@monday", "tank/home@monday"],
    ["#monday", "tank/home#monday"],
    ["tank/home@monday", "tank/home@monday"],
    ["tank/home#monday", "tank/home#monday"],
  ])("of an incremental send names its base %s in full", (printed, base) => {
    expect(parseEstimate(`incremental\t${printed}\ttank/home@tuesday\t123\n`)).toEqual({
      snapshot: "tank/home@tuesday",
      base,
      size: 123n,
    });
  });

  test.each(["-R@s", "tank/a@s;reboot", "tank/a", "tank/a@$(reboot)"])(
    "what is no name of a snapshot is none, whoever says it: %s",
    (name) => {
      expect(parseEstimate(`full\t${name}\t123\n`)).toBeNull();
      expect(parseEstimate(`incremental\tmonday\t${name}\t123\n`)).toBeNull();
      expect(parseEstimate(`incremental\t${name}\ttank/a@s\t123\n`)).not.toMatchObject({ base: name });
    },
  );

  test("is unknown where ZFS's number underflowed", () => {
    expect(parseEstimate("full\ttank/a@s\t18446744073170717728\n")?.size).toBeNull();
  });

  test("is missing where the host cannot send it", () => {
    expect(parseEstimate("resume token contents:\nnvlist version: 0\n\ttoname = tank/a@s\n")).toBeNull();
  });
});

describe("a series of sends", () => {
  const head =
    "full\ttank/a b@mon\t100\nincremental\tmon\ttank/a b@tue\t20\nincremental\ttue\ttank/a b@wed\t3\nsize\t123\n";

  test("moves as much as ZFS adds it up to; unknown where that underflowed or is missing", () => {
    expect(parseTotal(head)).toBe(123n);
    expect(parseTotal("full\ttank/a@s\t18446744073170717728\nsize\t18446744073170717728\n")).toBeNull();
    expect(parseTotal("full\ttank/a@s\t1\n")).toBeNull();
  });

  test("has sent all snapshots before the one that it is at", () => {
    expect(sentBefore(head, "tank/a b@mon")).toBe(0n);
    expect(sentBefore(head, "tank/a b@wed")).toBe(120n);
    expect(sentBefore(head, "tank/a b@elsewhere")).toBe(0n);
  });
});

test("a tree has each dataset with its own snapshots, oldest first, parents before what lies below them", () => {
  const stdout = [
    ["tank/a/b", "3", "7"],
    ["tank/a", "1", "0"],
    ["tank/a@mon", "11", "0"],
    ["tank/a/b@mon", "12", "0"],
    ["tank/a@tue", "18446744073709551615", "0"],
  ]
    .map((cells) => `${cells.join("\t")}\n`)
    .join("");
  expect(parseTree(stdout)).toEqual([
    {
      name: "tank/a",
      written: 0n,
      snapshots: [
        { name: "tank/a@mon", guid: 11n },
        { name: "tank/a@tue", guid: 18446744073709551615n },
      ],
    },
    { name: "tank/a/b", written: 7n, snapshots: [{ name: "tank/a/b@mon", guid: 12n }] },
  ]);
});

describe("the snapshots of a dataset", () => {
  test("come with what would keep them from being destroyed", () => {
    expect(
      parseSnapshots(
        "tank/a@1\t17\t1024\t2\ttank/x,tank/y\t-\t1700000000\ntank/a@2\t18\t0\t0\t\t-\t1700000060\n",
      ),
    ).toEqual([
      {
        name: "tank/a@1",
        guid: 17n,
        used: 1024n,
        holds: 2,
        clones: ["tank/x", "tank/y"],
        ivset: null,
        creation: 1_700_000_000_000,
      },
      {
        name: "tank/a@2",
        guid: 18n,
        used: 0n,
        holds: 0,
        clones: [],
        ivset: null,
        creation: 1_700_000_060_000,
      },
    ]);
  });

  test("come with what raw copies of one snapshot share, where they are encrypted", () => {
    const ivsets = (printed: string) => parseSnapshots(`tank/a@1\t17\t0\t0\t-\t${printed}\n`)[0]?.ivset;
    expect(ivsets("9007199254740993")).toBe(9007199254740993n);
    expect(ivsets("-")).toBeNull();
    expect(ivsets("0")).toBeNull();
  });
});

describe("stderr of a sender", () => {
  const stderr =
    "resume token contents:\nnvlist version: 0\n\tbytes = 0x10\nfull\ttank/a b@s\t200\nsize\t200\n03:00:01\t100\ttank/a b@s\n03:00:02\t150\ttank/a b@s\nwarning: cannot send 'tank/a b@s': Broken pipe\n";

  test("has a tick each second", () => {
    expect(parseTicks(stderr)).toEqual([
      { secondOfDay: 10801, sent: 100n, snapshot: "tank/a b@s" },
      { secondOfDay: 10802, sent: 150n, snapshot: "tank/a b@s" },
    ]);
  });

  test("is shown to people without what is not meant for them", () => {
    expect(stderrWords(stderr)).toBe("warning: cannot send 'tank/a b@s': Broken pipe");
  });
});

test("the version is that of the tools", () => {
  expect(parseVersion("zfs-2.1.11-1+deb12u1\nzfs-kmod-2.1.11-1\n")).toBe("2.1.11");
  expect(parseVersion("what?")).toBeNull();
});

describe("a dataset that is to be received into", () => {
  const properties = (name: string, more: Record<string, string> = {}) => {
    const usual = {
      ...{ type: "filesystem", available: "1000", quota: "0", used: "10", written: "0", inconsistent: "0" },
      ...{ encryption: "off", encryptionroot: "-", keystatus: "-", ...more },
    };
    return [...Object.entries(usual), ["receive_resume_token", more.receive_resume_token ?? "-"]]
      .map(([property, value]) => `${name}\t${property}\t${value}\n`)
      .join("");
  };
  const missing = (...names: string[]) =>
    names.map((name) => `cannot open '${name}': dataset does not exist\n`).join("");
  const pool = properties("backup", { quota: "500" });

  test("may be new: then what counts is what is above it", () => {
    const stderr = missing("backup/a", "backup/a/b", "backup/a/b/%recv");
    expect(parseReceiveTarget(pool, stderr, "backup/a/b")).toEqual({
      ...{ existing: null, receiving: false, available: 1000n },
      above: { name: "backup", type: "filesystem", encryption: null },
      limits: [{ dataset: "backup", property: "quota", limit: 500n, used: 10n }],
    });
  });

  test("may have been changed, or be encrypted", () => {
    const more = {
      written: "7",
      encryption: "aes-256-gcm",
      encryptionroot: "backup/a",
      keystatus: "unavailable",
    };
    const read = parseReceiveTarget(
      pool + properties("backup/a", more),
      missing("backup/a/%recv"),
      "backup/a",
    );
    expect(read?.existing).toEqual({
      ...{ type: "filesystem", written: 7n, encryption: { root: "backup/a", keyLoaded: false } },
    });
  });

  test.each([
    ["a %recv below it", properties("backup/a") + properties("backup/a/%recv"), ""],
    ["a token", properties("backup/a", { receive_resume_token: "1-a-b-c" }), missing("backup/a/%recv")],
    ["a mark that it is not whole", properties("backup/a", { inconsistent: "1" }), missing("backup/a/%recv")],
  ])("is busy where it has %s", (_, stdout, stderr) => {
    expect(parseReceiveTarget(pool + stdout, stderr, "backup/a")?.receiving).toBe(true);
  });

  test("is not taken for missing where half an answer does not name it", () => {
    const whole = pool + properties("backup/a");
    const stderr = missing("backup/a/%recv");
    expect(parseReceiveTarget(whole, stderr, "backup/a")).not.toBeNull();
    for (let kept = 0; kept < whole.length; kept += 7) {
      expect(parseReceiveTarget(whole.slice(0, kept), stderr, "backup/a")).toBeNull();
    }
    expect(parseReceiveTarget(whole, "", "backup/a")).toBeNull();
  });
});

test("what can be sent: snapshots and bookmarks, and nothing of a login script's", () => {
  const stdout =
    "Welcome to tower\ntank/my films@a\t1\t1700000000\t3\t4\t-\ntank/my films#b\t1\t1700000000\t3\t-\t55\n";
  expect(parsePoints(stdout)).toEqual([
    {
      ...{ name: "tank/my films@a", guid: 1n, creation: 1_700_000_000_000, ivset: null },
      ...{ referenced: 3n, written: 4n },
    },
    {
      ...{ name: "tank/my films#b", guid: 1n, creation: 1_700_000_000_000, ivset: 55n },
      ...{ referenced: 3n, written: 0n },
    },
  ]);
});

test("what a source is, and which datasets there are", () => {
  const source =
    "tank/a\ttype\tvolume\ntank/a\tencryption\taes-256-gcm\ntank/a\tencryptionroot\ttank\ntank/a\tkeystatus\tavailable\n";
  expect(parseSource(source, "tank/a")).toEqual({
    type: "volume",
    encryption: { root: "tank", keyLoaded: true },
  });
  expect(parseSource("", "tank/a")).toBeNull();
  expect(parseDatasets("motd\ntank\tfilesystem\t5\toff\ntank/v\tvolume\t6\taes-256-gcm\n")).toEqual([
    { name: "tank", type: "filesystem", used: 5n, encrypted: false },
    { name: "tank/v", type: "volume", used: 6n, encrypted: true },
  ]);
});
