import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { host, noon, receive, transfer, verdict, world } from "./fixtures";
import { Metrics } from "./metrics";
import type { World } from "./rules";

let current: World = world();
let metrics: Metrics;
const begin = (configured: { datasets?: boolean } = {}, world = () => current) =>
  new Metrics(
    {
      ...{
        world,
        commands: () => new Map([["nas", 7]]),
        scans: () => new Map([["nas", 1_500]]),
      },
      ...{ streams: () => 2, waiting: async () => 3 },
    },
    configured,
  );

beforeEach(() => {
  current = world();
  metrics = begin();
});
afterEach(() => metrics.close());

/** What a scrape says: each series with its value. Fails on whatever is not Prometheus's text format 0.0.4. */
async function scraped(from = metrics): Promise<Map<string, number>> {
  const series = new Map<string, number>();
  const types = new Map<string, string>();
  for (const line of (await from.text()).split("\n")) {
    if (line === "") continue;
    const type = /^# TYPE ([a-z_:][\w:]*) (counter|gauge|histogram|summary)$/i.exec(line);
    if (type) types.set(type[1] ?? "", type[2] ?? "");
    if (type || /^# HELP [a-z_:][\w:]* \S/i.test(line)) continue;
    const sample =
      /^([a-z_:][\w:]*)(\{(?:[a-z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (-?[\d.]+(?:e[+-]?\d+)?|NaN|[+-]Inf)$/i.exec(
        line,
      );
    expect(sample, line).not.toBeNull();
    const [, name = "", labels = "", value = ""] = sample ?? [];
    expect(types.has(name) || types.has(name.replace(/_(bucket|sum|count)$/, "")), name).toBe(true);
    expect(series.has(name + labels), line).toBe(false);
    series.set(name + labels, Number(value));
  }
  return series;
}

test("what is half-received is counted by host and verdict, with what it holds and how old it is", async () => {
  current = world({
    hosts: [host(), host({ name: "tower", status: "offline" }), host({ name: "new", status: "reading" })],
    receives: [
      receive({ began: Date.now() - 90_000 }),
      receive({ dataset: "b", verdict: verdict("unresumable"), spaceHeld: 5n }),
      receive({
        dataset: "c",
        activity: { kind: "receiving", by: "halfway", transferId: "x" },
        spaceHeld: 0n,
      }),
      receive({ dataset: "d", verdict: null, spaceHeld: 0n }),
    ].map((one) => ({ ...one, began: Math.max(one.began, Date.now() - 90_000) })),
  });
  const said = await scraped();
  const of = (start: string) => Object.fromEntries([...said].filter(([key]) => key.startsWith(start)));
  expect(of('halfway_partial_receives{host="nas"')).toEqual({
    'halfway_partial_receives{host="nas",verdict="unresumable"}': 1,
    'halfway_partial_receives{host="nas",verdict="resumable"}': 1,
    'halfway_partial_receives{host="nas",verdict="receiving"}': 1,
    'halfway_partial_receives{host="nas",verdict="not-judged"}': 1,
  });
  expect(said.get('halfway_partial_held_bytes{host="nas"}')).toBe(2 ** 30 + 5);
  expect(said.get('halfway_partial_oldest_seconds{host="tower"}')).toBe(0);
  expect(of("halfway_host_up")).toEqual({
    'halfway_host_up{host="nas"}': 1,
    'halfway_host_up{host="tower"}': 0,
  });
  expect(said.get('halfway_scan_duration_seconds{host="nas"}')).toBe(1.5);
  expect(said.get('halfway_commands_total{host="nas"}')).toBe(7);
  expect(said.get("halfway_event_streams")).toBe(2);
  expect(said.get("halfway_notices_waiting")).toBe(3);
  expect([...said.keys()].some((key) => key.startsWith("process_cpu_seconds_total"))).toBe(true);
  // What is gone leaves no series behind.
  current = world();
  expect((await scraped()).has('halfway_host_up{host="tower"}')).toBe(false);
});

test("bytes are counted once each, over attempts, and not those of earlier servers", async () => {
  const bytes = async () => (await scraped()).get('halfway_transfer_bytes_total{host="nas"}') ?? 0;
  metrics.transferChanged(transfer({ sent: 1_000n }));
  expect(await bytes()).toBe(0);
  metrics.transferChanged(transfer({ sent: 1_500n }));
  metrics.transferChanged(transfer({ sent: 1_500n }));
  expect(await bytes()).toBe(500);
  metrics.transferChanged(transfer({ attempt: 2, before: 1_400n, sent: 100n }));
  metrics.transferChanged(
    transfer({ attempt: 2, before: 1_400n, sent: 300n, state: "finished", endedAt: noon }),
  );
  expect(await bytes()).toBe(800);
  metrics.transferChanged(transfer({ id: "old", state: "failed", sent: 9_999n, endedAt: noon }));
  expect(await bytes()).toBe(800);
  const said = await scraped();
  expect(said.get('halfway_transfers_ended_total{host="nas",state="finished"}')).toBe(1);
  // An alert on its increase needs to have seen it before.
  expect(said.get('halfway_transfers_ended_total{host="nas",state="failed"}')).toBe(0);
});

test("datasets are labels only where somebody wants it, and not without bounds", async () => {
  const all = Array.from({ length: 2_000 }, (_, at) =>
    receive({ dataset: `backup/a "quoted"\\${at}`, spaceHeld: BigInt(at) }),
  );
  current = world({ receives: all });
  expect(await metrics.text()).not.toContain("quoted");
  const detailed = begin({ datasets: true });
  const said = await scraped(detailed);
  const series = [...said].filter(([key]) => key.startsWith("halfway_partial_receive_held_bytes"));
  expect(series).toHaveLength(500);
  expect(Math.min(...series.map(([, value]) => value))).toBe(1_500);
  detailed.close();
});

describe("what is written about metrics is so", () => {
  const docs = join(import.meta.dirname, "../../docs/metrics");
  const read = (name: string) => readFileSync(join(docs, name), "utf8");

  /** All names there are, once everything has happened that can. */
  async function names(): Promise<Set<string>> {
    current = world({ receives: [receive()], transfers: [transfer()] });
    const all = begin({ datasets: true });
    all.transferChanged(transfer());
    all.transferChanged(transfer({ sent: 1n, state: "failed", endedAt: noon }));
    all.attempted("nas", "arrived", 1_000);
    all.notice("ntfy", true);
    const found = new Set([...(await scraped(all)).keys()].map((key) => key.replace(/\{.*/, "")));
    all.close();
    return found;
  }
  /** The metrics that a query of PromQL names. */
  const named = (query: string) =>
    query
      .replace(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"/g, " ")
      .replace(/\b(by|on|without|ignoring)\s*\([^)]*\)/g, " ")
      .match(/\b(?:halfway|process|nodejs)_\w+|\bup\b/g) ?? [];
  const balanced = (query: string) => {
    for (const [open, close] of ["()", "{}", "[]"]) {
      expect(query.split(open ?? "").length, query).toBe(query.split(close ?? "").length);
    }
  };

  test("every alert names metrics that are there", async () => {
    const rule = z.strictObject({
      ...{
        alert: z.string().regex(/^Halfway[A-Za-z]+$/),
        expr: z.string(),
        for: z
          .string()
          .regex(/^\d+[smhd]$/)
          .optional(),
      },
      labels: z.strictObject({ severity: z.enum(["warning", "critical"]) }),
      annotations: z.strictObject({ summary: z.string(), description: z.string() }),
    });
    const file = z.strictObject({
      groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule).min(1) })).length(1),
    });
    const { groups } = file.parse(parse(read("halfway-alerts.yaml")));
    // Prometheus itself says whether a host is scraped.
    const there = (await names()).add("up");
    for (const { expr } of groups.flatMap(({ rules }) => rules)) {
      balanced(expr);
      expect(named(expr).length, expr).toBeGreaterThan(0);
      expect(
        named(expr).filter((name) => !there.has(name)),
        expr,
      ).toEqual([]);
    }
  });

  test("so does every panel of the dashboard", async () => {
    const panel = z.looseObject({
      ...{ id: z.int(), title: z.string(), description: z.string() },
      targets: z.array(z.looseObject({ expr: z.string() })).min(1),
    });
    const { panels } = z
      .looseObject({ panels: z.array(panel) })
      .parse(JSON.parse(read("halfway-dashboard.json")));
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const there = await names();
    for (const { expr } of panels.flatMap(({ targets }) => targets)) {
      balanced(expr);
      expect(named(expr).length, expr).toBeGreaterThan(0);
      expect(
        named(expr).filter((name) => !there.has(name)),
        expr,
      ).toEqual([]);
    }
  });

  test("every metric of Halfway's stands in the table, and none that is not there", async () => {
    const table = new Set([...read("README.md").matchAll(/^\| `(halfway_\w+)`/gm)].map(([, name]) => name));
    const own = [...(await names())]
      .filter((name) => name.startsWith("halfway_"))
      .map((name) => name.replace(/_(bucket|sum|count)$/, ""));
    expect([...table].sort()).toEqual([...new Set(own)].sort());
  });
});

test("all who ask at one time share one look, which copes with more receives than a call takes arguments", async () => {
  const receives = Array.from({ length: 200_000 }, (_, at) =>
    receive({ dataset: `d${at}`, began: Date.now() - at }),
  );
  let looks = 0;
  metrics.close();
  metrics = begin({}, () => {
    looks += 1;
    return world({ receives });
  });
  const [one, other] = await Promise.all([scraped(), scraped()]);
  expect(looks).toBe(1);
  expect(one.get('halfway_partial_receives{host="nas",verdict="resumable"}')).toBe(200_000);
  expect(other.get('halfway_partial_oldest_seconds{host="nas"}')).toBeGreaterThan(199);
});
