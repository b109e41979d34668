import { describe, expect, test } from "vitest";
import type { Host } from "../hosts/config";
import type { Tool } from "../hosts/tools";
import { joined, plainRoute, type Route, routeOf, type Traffic } from "./route";

const here: Host = { name: "here", local: true };
const tower: Host = { name: "tower", ssh: { destination: "root@tower" } };
const nas: Host = {
  ...{ name: "nas", ssh: { destination: "root@nas" } },
  reaches: [{ host: "tower", destination: "backup@10.0.0.2" }],
};
const plain = { raw: false, largeBlocks: false, compressed: false, embedded: false };
const all: Tool[] = ["bash", "mbuffer", "zstd", "nice", "ssh"];
const manners = { stages: true, stagesFromMiB: 1024, gentle: false };
const large = 1n << 30n;

type Situation = Partial<Traffic> & {
  atSource?: Tool[];
  atTarget?: Tool[];
  wanted?: Partial<typeof manners>;
};

function routeIn({ atSource = all, atTarget = all, wanted = {}, ...traffic }: Situation): Route {
  const whole = { source: tower, target: here, size: large, flags: plain, limited: false, ...traffic };
  return routeOf(whole, new Set(atSource), new Set(atTarget), { ...manners, ...wanted });
}

describe("buffers and compression", () => {
  test("are used where both ends have them, and the stream is large", () => {
    expect(routeIn({})).toMatchObject({ buffered: true, compressed: true, gentle: false });
    expect(routeIn({ size: large - 1n })).toMatchObject({ buffered: false, compressed: false });
    expect(routeIn({ size: null })).toMatchObject({ buffered: false, compressed: false });
    expect(routeIn({ wanted: { stages: false } })).toMatchObject({ buffered: false, compressed: false });
  });

  test.each<Tool>(["mbuffer", "zstd", "bash"])("are left out where one end has no %s", (missing) => {
    const some = all.filter((tool) => tool !== missing);
    for (const route of [routeIn({ atSource: some }), routeIn({ atTarget: some })]) {
      expect(route.buffered).toBe(missing === "zstd");
      expect(route.compressed).toBe(missing === "mbuffer");
    }
  });

  test("pack nothing that is packed or encrypted already, and nothing that stays on its machine", () => {
    expect(routeIn({ flags: { ...plain, compressed: true } }).compressed).toBe(false);
    expect(routeIn({ flags: { ...plain, raw: true } }).compressed).toBe(false);
    expect(routeIn({ source: nas, target: nas }).compressed).toBe(false);
  });

  test("fail when any command in them does, so that no end of a sender looks like success", () => {
    const { pipeline } = joined(tower, nas, ends, { ...plainRoute, compressed: true, buffered: true });
    expect(pipeline.send?.at(-1)).toContain(
      "bash -c 'set -o pipefail; zfs send tank/a@s | zstd -q -c --adapt | mbuffer -q -m 64M'",
    );
    expect(pipeline.receive.at(-1)).toContain(
      "bash -c 'set -o pipefail; mbuffer -q -m 64M | zstd -q -c -d | zfs receive -s backup/a'",
    );
  });
});

describe("the way", () => {
  test("leads past Halfway where the target reaches the source, or is the source", () => {
    expect(routeIn({ target: nas }).fetchedFrom).toEqual({
      name: "tower",
      ssh: { destination: "backup@10.0.0.2" },
    });
    expect(routeIn({ source: nas, target: nas }).fetchedFrom).toEqual({ name: "nas", local: true });
  });

  test("leads through Halfway's machine where the target reaches nothing, is that machine, or cannot join commands", () => {
    expect(routeIn({ source: nas, target: tower }).fetchedFrom).toBeNull();
    expect(routeIn({ target: here }).fetchedFrom).toBeNull();
    expect(routeIn({ source: here, target: here }).fetchedFrom).toBeNull();
    expect(routeIn({ target: nas, atTarget: ["ssh"] }).fetchedFrom).toBeNull();
    expect(routeIn({ target: nas, atTarget: ["bash"] }).fetchedFrom).toBeNull();
  });

  test("leads through Halfway's machine where the stream has to be held back, which is done there", () => {
    expect(routeIn({ target: nas, limited: true }).fetchedFrom).toBeNull();
  });
});

const ends = {
  sending: ["zfs", "send", "tank/a@s"],
  receiving: ["zfs", "receive", "-s", "backup/a"],
} as const;

describe("what is shown", () => {
  test("is what runs, on every way", () => {
    for (const fetchedFrom of [
      null,
      routeIn({ target: nas }).fetchedFrom,
      { name: "nas", local: true as const },
    ])
      for (const staged of [true, false]) {
        const route = { fetchedFrom, compressed: staged, buffered: staged, gentle: staged };
        const { pipeline, step } = joined(tower, nas, ends, route);
        for (const { command } of step.parts) expect(step.command).toContain(command.split(" ")[0]);
        for (const argv of [pipeline.send, pipeline.receive])
          for (const word of argv ?? []) if (!word.includes("'")) expect(step.command).toContain(word);
      }
  });

  test("names one machine where only one has a part in it", () => {
    const local = { ...plainRoute, fetchedFrom: { name: "nas", local: true as const }, gentle: true };
    expect(joined(nas, nas, ends, local).step).toMatchObject({
      says: "Send and receive on nas",
      parts: [
        {
          host: "nas",
          command: "nice -n 19 zfs send tank/a@s | nice -n 19 zfs receive -s backup/a",
        },
      ],
    });
  });
});
