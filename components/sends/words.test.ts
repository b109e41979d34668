import { describe, expect, it } from "vitest";
import { plain } from "@/server/say";
import type { Dataset } from "@/server/zfs/output";
import { letters, recommended, streamWords, suggestTarget } from "./words";

const dataset = (name: string): Dataset => ({ name, type: "filesystem", used: 0n, encrypted: false });
const datasets = (...names: string[]) => names.map(dataset);

describe("the suggested target", () => {
  it.each([
    ["tank/films", false, ["backup"], "backup/films"],
    ["tank/home/anna", false, ["backup", "backup/home"], "backup/home/anna"],
    ["tank/home/anna", false, ["backup"], "backup/anna"],
    ["tank", false, ["backup"], "backup/tank"],
    ["tank/films", true, ["tank", "tank/films", "usb"], "usb/films"],
    ["tank/films", true, ["tank", "tank/films"], "tank/films-copy"],
    ["tank/films", false, [], ""],
  ])("for %s (same host: %s) among %j is %j", (source, sameHost, names, suggestion) => {
    expect(suggestTarget(source, sameHost, datasets(...names))).toBe(suggestion);
  });
});

describe("what is sent", () => {
  const from = { host: "tower", dataset: "tank/films" };
  const to = { host: "nas", dataset: "backup/films" };
  const increment = { kind: "incremental", base: "tank/films@mon", bookmark: false, between: 2 } as const;

  it("in full says what can never be added later", () => {
    expect(streamWords({ kind: "full", older: 0 }, from, to, true)).toHaveLength(1);
    expect(plain(streamWords({ kind: "full", older: 1 }, from, to, true)[1] ?? "")).toContain(
      "The 1 older snapshot",
    );
  });

  it("as an increment names the base as both sides call it", () => {
    const same = streamWords({ ...increment, onTarget: "backup/films@mon" }, from, to, true);
    expect(plain(same[0] ?? "")).not.toContain("there called");
    expect(same[1]).toEqual("The 2 snapshots in between come along (-I).");
    const other = streamWords({ ...increment, onTarget: "backup/films@1" }, from, to, false);
    expect(plain(other[0] ?? "")).toContain("there called backup/films@1");
    expect(plain(other[1] ?? "")).toContain("stay behind (-i)");
  });

  it("from a bookmark says that the snapshots in between cannot come", () => {
    const base = { base: "tank/films#mon", bookmark: true, onTarget: "backup/films@mon" };
    expect(plain(streamWords({ ...increment, ...base }, from, to, true)[1] ?? "")).toContain(
      "cannot come along",
    );
  });
});

it("sums up the options in ZFS's letters", () => {
  expect(letters(recommended)).toBe("-L -c -e -I");
  expect(letters({ ...recommended, raw: true, steps: false, properties: true })).toBe("-w -L -e -p -i");
});
