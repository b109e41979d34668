import { describe, expect, test } from "vitest";
import { plain, verbatim } from "../say";
import { day, host, minute, noon, receive, token, transfer, verdict, world } from "./fixtures";
import type { Kind } from "./news";
import { defaultRules, type Memory, observe, type Rules, type World } from "./rules";

const all = Object.fromEntries(
  Object.entries(defaultRules).map(([kind, rule]) => [kind, { ...rule, on: true }]),
) as Rules;
const rest = 6 * 60 * minute;

/** Looks at one world after the other, and says what was told at each. */
function told(steps: readonly [at: number, world: World][], rules: Rules = all, from: Memory = new Map()) {
  let memory = from;
  return steps.map(([at, now]) => {
    const looked = observe(memory, now, { rules, rest, begunAt: noon, heard: true }, noon + at);
    // What is kept of it is what is written down.
    memory = new Map(JSON.parse(JSON.stringify([...looked.memory])));
    return looked.news.map(({ kind, says }) => `${kind}: ${plain(says)}`);
  });
}
const kindsTold = (...args: Parameters<typeof told>) =>
  told(...args).map((some) => some.map((one) => one.split(":")[0]));

const idle = world({ receives: [receive()] });
const offline = world({ hosts: [host({ status: "offline", problem: verbatim("ssh: 10.0.0.5 is silent") })] });

describe("what is told, and when", () => {
  const cases: [Kind, World, number, string][] = [
    [
      "interrupted",
      idle,
      5 * minute,
      "A receive stopped half-way: backup/mail on nas, where it holds 1 GiB. It is resumable.",
    ],
    [
      "stalled",
      world({ transfers: [transfer()] }),
      15 * minute,
      "For 15 minutes nothing has arrived in backup/mail on nas, though it is being received.",
    ],
    [
      "stalled",
      world({
        receives: [receive({ activity: { kind: "receiving", by: "other", evidence: verbatim("ps") } })],
      }),
      15 * minute,
      "For 15 minutes nothing has arrived in backup/mail on nas, though it is being received.",
    ],
    [
      "failed",
      world({
        transfers: [transfer({ state: "failed", endedAt: noon, message: verbatim("The pool is full.") })],
      }),
      0,
      "The transfer into backup/mail on nas has failed. The pool is full.",
    ],
    [
      "finished",
      world({ transfers: [transfer({ state: "finished", endedAt: noon, before: 1024n, sent: 1024n })] }),
      0,
      "The transfer into backup/mail on nas is finished: 2 KiB.",
    ],
    [
      "unresumable",
      world({ receives: [receive({ verdict: verdict("unresumable") })] }),
      0,
      "backup/mail on nas cannot be finished. It is unresumable.",
    ],
    ["unreachable", offline, 10 * minute, "nas has not answered for 10 minutes."],
    [
      "pool",
      world({ hosts: [host({ troubledPools: [{ name: "tank", health: "SUSPENDED", readonly: false }] })] }),
      0,
      "The pool tank on nas is in trouble: SUSPENDED.",
    ],
    [
      "old",
      world({ receives: [receive({ activity: { kind: "receiving", by: "halfway", transferId: "x" } })] }),
      7 * day,
      "backup/mail on nas has been half-received for 7 days, and holds 1 GiB.",
    ],
  ];
  test.each(cases)("%s, once, and not before its time", (kind, now, after, says) => {
    const before = after === 0 ? [] : [[0, now] as const, [after - 1, now] as const];
    const steps = [
      ...before,
      [after, now] as const,
      [after + minute, now] as const,
      [after + 9 * 60 * minute, now] as const,
    ];
    const expected = [...before.map(() => []), [`${kind}: ${says}`], [], []];
    expect(told(steps.map(([at, one]) => [at, one]))).toEqual(expected);
  });

  test.each(cases)("%s not at all where its rule is off, or for others", (kind, now, after) => {
    const off = { ...all, [kind]: { ...all[kind], on: false } };
    const elsewhere = { ...all, [kind]: { ...all[kind], hosts: "{tower,attic}" } };
    for (const rules of [off, elsewhere]) {
      expect(
        kindsTold(
          [
            [0, now],
            [after, now],
          ],
          rules,
        ).flat(),
      ).not.toContain(kind);
    }
  });

  test("by patterns of datasets", () => {
    const rules = { ...all, unresumable: { ...all.unresumable, datasets: "backup/**" } };
    const [some] = told(
      [
        [
          0,
          world({
            receives: ["backup/a/b", "scratch/a"].map((dataset) =>
              receive({ dataset, verdict: verdict("unresumable") }),
            ),
          }),
        ],
      ],
      rules,
    );
    expect(some).toEqual(["unresumable: backup/a/b on nas cannot be finished. It is unresumable."]);
  });
});

describe("no storm", () => {
  test("a hundred at once are a hundred news of one look", () => {
    const many = world({
      receives: Array.from({ length: 100 }, (_, at) => receive({ dataset: `backup/${at}` })),
    });
    expect(
      kindsTold([
        [5 * minute, many],
        [6 * minute, many],
      ]).map((some) => some.length),
    ).toEqual([100, 0]);
  });

  test("a host that comes and goes is told of once in six hours", () => {
    const steps = Array.from({ length: 24 * 6 }, (_, at): [number, World] => [
      at * 10 * minute + 10 * minute,
      at % 2 === 0
        ? world({ hosts: [host({ status: "offline", since: noon + at * 10 * minute })] })
        : world(),
    ]);
    expect(kindsTold(steps).flat()).toEqual(Array(4).fill("unreachable"));
  });

  test("one that is still gone when that is over is told of then", () => {
    const gone = (at: number) => world({ hosts: [host({ status: "offline", since: noon + at })] });
    const steps: [number, World][] = [
      [10 * minute, gone(0)],
      [11 * minute, world()],
      [30 * minute, gone(12 * minute)],
      [60 * minute, gone(12 * minute)],
      [10 * minute + rest, gone(12 * minute)],
      [11 * minute + rest, gone(12 * minute)],
    ];
    expect(kindsTold(steps)).toEqual([["unreachable"], [], [], [], ["unreachable"], []]);
  });

  test("a receive that cannot be finished is not told as interrupted, too, nor one whose failure was told or that somebody stopped", () => {
    const lost = world({ receives: [receive({ verdict: verdict("unresumable") })] });
    expect(
      kindsTold([
        [0, lost],
        [day, lost],
      ]),
    ).toEqual([["unresumable"], []]);
    const left = receive().fingerprint;
    const ended = (state: "failed" | "stopped") => ({
      ...idle,
      transfers: [transfer({ state, endedAt: noon, left })],
    });
    expect(
      kindsTold([
        [0, ended("failed")],
        [day, ended("failed")],
      ]),
    ).toEqual([["failed"], []]);
    expect(
      kindsTold([
        [0, ended("stopped")],
        [day, ended("stopped")],
      ]),
    ).toEqual([[], []]);
    // Also when what explained it is in view no longer.
    expect(
      kindsTold([
        [0, ended("failed")],
        [minute, idle],
        [day, idle],
      ]),
    ).toEqual([["failed"], [], []]);
    // With another token it is another interruption.
    const again = { ...ended("stopped"), receives: [receive({ fingerprint: "f".repeat(16) })] };
    expect(kindsTold([[day, again]])).toEqual([["interrupted"]]);
  });

  test("a receive that goes on by itself is not told as interrupted", () => {
    const ours = world({
      receives: [receive({ activity: { kind: "receiving", by: "halfway", transferId: "x" } })],
    });
    expect(
      kindsTold([
        [0, ours],
        [day, ours],
      ]),
    ).toEqual([[], []]);
  });

  test("a transfer that moves is not stalled, however slowly", () => {
    const steps = Array.from({ length: 40 }, (_, at): [number, World] => [
      at * 14 * minute,
      world({ transfers: [transfer({ sent: BigInt(at) })] }),
    ]);
    expect(kindsTold(steps).flat()).toEqual([]);
  });
});

describe("silence is no end, and a restart is none either", () => {
  test("what a silent host held is not told again when it answers", () => {
    const silent = { ...idle, hosts: offline.hosts };
    const [first, , , last] = kindsTold([
      [5 * minute, idle],
      [6 * minute, silent],
      [20 * 60 * minute, silent],
      [20 * 60 * minute + 1, idle],
    ]);
    expect([first, last]).toEqual([["interrupted"], []]);
  });

  test("nothing that was told is told again by the next server, which knows nothing yet", () => {
    const receives = [receive({ verdict: verdict("unresumable") }), receive({ dataset: "backup/b" })];
    const now: World = {
      hosts: [
        host({ troubledPools: [{ name: "tank", health: "FAULTED", readonly: false }] }),
        host({ name: "tower", status: "offline" }),
      ],
      receives,
      transfers: [
        transfer({ dataset: "backup/c" }),
        transfer({ id: "y", dataset: "backup/d", state: "failed", endedAt: noon }),
      ],
    };
    const reading: World = {
      ...{
        hosts: now.hosts.map((one) => host({ name: one.name, status: "reading", since: noon + 2 * day })),
      },
      ...{ receives: [], transfers: now.transfers },
    };
    const unjudged = { ...now, receives: receives.map((one) => ({ ...one, verdict: null })) };
    const later = 8 * day;
    const steps = kindsTold([
      [0, now],
      [day, now],
      [later, reading],
      [later + minute, unjudged],
      [later + 2 * minute, now],
      [later + day, now],
    ]);
    expect(steps[0]).toEqual(["pool", "unresumable", "failed"]);
    expect(steps[1]?.sort()).toEqual(["interrupted", "stalled", "unreachable"]);
    // Only that they are old now is new.
    expect(steps.slice(2).flat()).toEqual(["old", "old"]);
  });

  test("what ended before anybody was to be told is no news, nor what ended while its rule was off", () => {
    const old = world({ transfers: [transfer({ state: "failed", endedAt: noon - 1 })] });
    expect(kindsTold([[0, old]])).toEqual([[]]);
    const off = { ...all, failed: { ...all.failed, on: false } };
    const failed = world({ transfers: [transfer({ state: "failed", endedAt: noon })] });
    const { memory } = observe(new Map(), failed, { rules: off, rest, begunAt: noon, heard: true }, noon);
    expect(kindsTold([[minute, failed]], all, memory)).toEqual([[]]);
  });

  test("what is gone for good is forgotten after a while", () => {
    const { memory } = observe(new Map(), idle, { rules: all, rest, begunAt: 0, heard: true }, noon + day);
    expect([...memory.keys()]).toEqual(["interrupted nas:backup/mail", "old nas:backup/mail"]);
    const next = observe(memory, world(), { rules: all, rest, begunAt: 0, heard: true }, noon + day + 1);
    expect([...next.memory.keys()]).toEqual(["interrupted nas:backup/mail"]);
    expect(
      observe(next.memory, world(), { rules: all, rest, begunAt: 0, heard: true }, noon + 2 * day).memory
        .size,
    ).toBe(0);
  });
});

test("what has not changed is the very same: only what differs is written to the disk", () => {
  const options = { rules: all, rest, begunAt: noon, heard: true };
  const busy: World = {
    ...{ hosts: [host(), host({ name: "tower", status: "offline" })] },
    receives: [receive(), receive({ dataset: "b", verdict: verdict("unresumable") })],
    transfers: [transfer({ id: "x", dataset: "c", state: "failed", endedAt: noon })],
  };
  const first = observe(new Map(), busy, options, noon + 10 * minute).memory;
  for (const then of [busy, world()]) {
    const before = observe(first, then, options, noon + 11 * minute).memory;
    const { memory } = observe(before, then, options, noon + 12 * minute);
    expect(memory.size).toBeGreaterThan(3);
    for (const [key, standing] of memory) expect(standing, key).toBe(before.get(key));
  }
});

test("what lasts is told once there is somebody to tell, also after a restart; what happened before is not", () => {
  const options = { rules: all, rest, begunAt: noon };
  const now = world({
    receives: [receive({ verdict: verdict("unresumable") })],
    transfers: [transfer({ id: "x", dataset: "c", state: "failed", endedAt: noon })],
  });
  const alone = observe(new Map(), now, { ...options, heard: false }, noon);
  expect(alone.news).toEqual([]);
  const kept: Memory = new Map(JSON.parse(JSON.stringify([...alone.memory])));
  const { news, memory } = observe(kept, now, { ...options, heard: true }, noon + minute);
  expect(news.map(({ kind }) => kind)).toEqual(["unresumable"]);
  expect(observe(memory, now, { ...options, heard: true }, noon + 2 * minute).news).toEqual([]);
});

test("what a transfer left is told as interrupted where nobody was told that it failed", () => {
  const options = { rules: all, rest, begunAt: noon };
  const left = world({
    receives: [receive()],
    transfers: [transfer({ state: "failed", endedAt: noon, left: receive().fingerprint })],
  });
  const looks = (first: Partial<typeof options> & { heard: boolean }) => {
    const { memory } = observe(new Map(), left, { ...options, ...first }, noon);
    const kept: Memory = new Map(JSON.parse(JSON.stringify([...memory])));
    const second = observe(kept, left, { ...options, heard: true }, noon + 5 * minute);
    return second.news.map(({ kind }) => kind);
  };
  expect(looks({ heard: false })).toEqual(["interrupted"]);
  // It ended before anything was looked at.
  expect(looks({ heard: true, begunAt: noon + 1 })).toEqual(["interrupted"]);
  const off = { ...all, failed: { ...all.failed, on: false } };
  expect(looks({ heard: true, rules: off })).toEqual(["interrupted"]);
  expect(looks({ heard: true })).toEqual([]);
});

test("a clock that was years ahead silences nothing once it is right again", () => {
  const ahead = 3 * 365 * day;
  expect(
    kindsTold(
      [
        [ahead, idle],
        [ahead + 5 * minute, offline],
        [ahead + 20 * minute, offline],
        [0, world()],
        [5 * minute, offline],
        [20 * minute, offline],
      ],
      defaultRules,
    ),
  ).toEqual([["interrupted"], ["unreachable"], [], [], [], ["unreachable"]]);
});

test("ten thousand receives are looked at in a moment", () => {
  const receives = Array.from({ length: 10_000 }, (_, at) => receive({ dataset: `backup/${at}` }));
  const many = world({ receives });
  const options = { rules: all, rest, begunAt: noon, heard: true };
  const { memory, news } = observe(new Map(), many, options, noon + 10 * minute);
  expect(news).toHaveLength(10_000);
  const began = performance.now();
  expect(observe(memory, many, options, noon + 11 * minute).news).toEqual([]);
  expect(performance.now() - began).toBeLessThan(1_000);
});

test("no token and no address is in what is told", () => {
  const words = `ssh: connect to host 10.0.0.5 port 22, or fe80::1:2 or 2001:db8::17 or 10.0.0.6: ${token} at 12:30:15`;
  const [some] = told([
    [
      0,
      world({
        receives: [receive({ verdict: verdict("unresumable", words) })],
        transfers: [transfer({ state: "failed", endedAt: noon, message: verbatim(words) })],
      }),
    ],
  ]);
  expect(some).toHaveLength(2);
  for (const one of some ?? []) {
    expect(one).toContain("ssh: connect to host nas port 22, or … or … or …: <resume token> at 12:30:15");
  }
});

test.each([
  ["backup@nas7.lan.example: Permission denied (publickey).", "tower: Permission denied (publickey)."],
  ["root@nas7.lan.example closed it", "tower closed it"],
  ["ssh: connect to host NAS7.lan.example port 22: No route", "ssh: connect to host tower port 22: No route"],
  ["ssh: Could not resolve hostname vault: unknown", "ssh: Could not resolve hostname attic: unknown"],
  // What an alias stands for, only ssh's configuration knows.
  ["ssh: connect to host deep.example.org port 22: No", "ssh: connect to host … port 22: No"],
  ["someone@deep.example.org: Permission denied (publickey).", "…: Permission denied (publickey)."],
  ["Connection to deep.example.org closed.", "Connection to … closed."],
  [
    "No ED25519 host key is known for vault and you have",
    "No ED25519 host key is known for attic and you have",
  ],
  ["Connection closed by remote host", "Connection closed by remote host"],
  ["SSH could not reach tower: it hung up", "SSH could not reach tower: it hung up"],
  // Datasets and snapshots may be called like machines.
  ["tank/nas7.lan.example@now, vault/vault@vault", "tank/nas7.lan.example@now, vault/vault@vault"],
])("of the machines in “%s” only their names in Halfway leave the house", (words, expected) => {
  const hosts = [host(), host({ name: "tower", address: "backup@nas7.lan.example" })];
  hosts.push(host({ name: "attic", address: "vault" }), host({ name: "here", address: "this machine" }));
  const [some] = told([
    [0, world({ hosts, receives: [receive({ verdict: verdict("unresumable", words) })] })],
  ]);
  expect(some).toEqual([`unresumable: backup/mail on nas cannot be finished. ${expected}`]);
});
