import { describe, expect, test } from "vitest";
import {
  parseEstimate,
  parsePartialDetails,
  parseReceiveProcesses,
  parseSnapshots,
  parseTicks,
  parseTokens,
  parseVersion,
  receivesInto,
  stderrWords,
} from "./output";

test("only datasets with a token are listed, names with spaces whole", () => {
  const stdout = "backup\t-\nbackup/Family Films\t1-abc-e8-789c\nbackup/home\t-\n";
  expect(parseTokens(stdout)).toEqual([{ dataset: "backup/Family Films", token: "1-abc-e8-789c" }]);
});

describe("where the received state lies", () => {
  const stdout = [
    "backup/new\tused\t41943040",
    "backup/new\tcreation\t1790000000",
    "backup/new\ttype\tfilesystem",
    "backup/old\tused\t999",
    "backup/old\tcreation\t1",
    "backup/old\ttype\tvolume",
    "backup/old/%recv\tused\t20971520",
    "backup/old/%recv\tcreation\t1790000001",
    "backup/old/%recv\ttype\tvolume",
  ].join("\n");
  const datasets = ["backup/new", "backup/old", "backup/gone"];
  const stderr = [
    "cannot open 'backup/new/%recv': dataset does not exist",
    "cannot open 'backup/gone': dataset does not exist",
    "cannot open 'backup/gone/%recv': dataset does not exist",
  ].join("\n");
  const details = parsePartialDetails(stdout, stderr, datasets) ?? new Map();

  test("is the dataset itself for a receive into a new one", () => {
    expect(details.get("backup/new")).toEqual({
      stateIn: "dataset",
      spaceHeld: 41943040n,
      began: 1790000000_000,
      type: "filesystem",
    });
  });

  test("is %recv, with its own size and age, where ZFS knows that child", () => {
    expect(details.get("backup/old")).toEqual({
      stateIn: "%recv",
      spaceHeld: 20971520n,
      began: 1790000001_000,
      type: "volume",
    });
  });

  test("a dataset that went away meanwhile is left out", () => {
    expect(details.has("backup/gone")).toBe(false);
  });

  test("half an answer is none: it would make an abort seem to take a whole dataset", () => {
    const cut = stdout.slice(0, stdout.indexOf("backup/old/%recv"));
    expect(parsePartialDetails(cut, stderr, datasets)).toBeNull();
    expect(parsePartialDetails("", "The ZFS modules are not loaded.\n", datasets)).toBeNull();
  });

  test("what a login script or ssh adds to stderr does not matter", () => {
    const noise = "bash: warning: setlocale: cannot change locale\n** WARNING: connection is not using …\n";
    expect(parsePartialDetails(stdout, noise + stderr, datasets)).toEqual(details);
  });

  test("a receive that finished since its token was listed is left out, or its whole dataset would be described", () => {
    const finished = `${stdout}\nbackup/new\treceive_resume_token\t-`;
    expect(parsePartialDetails(finished, stderr, datasets)?.has("backup/new")).toBe(false);
  });
});

describe("running receives", () => {
  const processes = parseReceiveProcesses(
    [
      "  812 zfs receive -s -u backup/Family Films",
      "  813 /usr/sbin/zfs recv -s -o compression=lz4 -x mountpoint -F backup/photos@monday",
      "  814 zfs send -vP -t 1-abc",
      "  815 zfs receive -A backup/home",
      "  816 zfs recv -d backup/prefix",
      "  817 zfs list -t snapshot",
    ].join("\n"),
  );

  test("are found by what they receive into, whatever their options", () => {
    expect(processes).toEqual([
      { pid: 812, target: "backup/Family Films", prefix: false },
      { pid: 813, target: "backup/photos", prefix: false },
      { pid: 816, target: "backup/prefix", prefix: true },
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

  test("is unknown where ZFS's number underflowed", () => {
    expect(parseEstimate("full\ttank/a@s\t18446744073170717728\n")?.size).toBeNull();
  });

  test("is missing where the host cannot send it", () => {
    expect(parseEstimate("resume token contents:\nnvlist version: 0\n\ttoname = tank/a@s\n")).toBeNull();
  });
});

test("snapshots come with what would keep them from being destroyed", () => {
  expect(parseSnapshots("tank/a@1\t17\t1024\t2\ttank/x,tank/y\ntank/a@2\t18\t0\t0\t\n")).toEqual([
    { name: "tank/a@1", guid: 17n, used: 1024n, holds: 2, clones: ["tank/x", "tank/y"] },
    { name: "tank/a@2", guid: 18n, used: 0n, holds: 0, clones: [] },
  ]);
});

describe("stderr of a sender", () => {
  const stderr =
    "resume token contents:\nnvlist version: 0\n\tbytes = 0x10\nfull\ttank/a b@s\t200\nsize\t200\n03:00:01\t100\ttank/a b@s\n03:00:02\t150\ttank/a b@s\nwarning: cannot send 'tank/a b@s': Broken pipe\n";

  test("has a tick each second", () => {
    expect(parseTicks(stderr)).toEqual([
      { secondOfDay: 10801, sent: 100n },
      { secondOfDay: 10802, sent: 150n },
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
