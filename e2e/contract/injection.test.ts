import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { onHost } from "@/server/hosts/command";
import type { Host } from "@/server/hosts/config";
import { pipelineFiles, startPipeline } from "@/server/hosts/pipeline";
import { runOk, runOn } from "@/server/hosts/run";
import { joined, plainRoute, type Route } from "@/server/receives/route";
import type { Argv } from "@/server/zfs/commands";
import { datasetName } from "@/server/zfs/names";
import { hostsIn } from "../hosts-in";
import { configFile } from "../lab";

const hosts = hostsIn(configFile);
const [nas, tower] = ["nas", "tower"].map((name) => hosts.find((host) => host.name === name)) as [Host, Host];

/** What shells, ssh and options are made of. A NUL cannot be in a word at all. */
const word = fc
  .oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({
      unit: fc.constantFrom("'", '"', "\\", "$", "`", "\n", " ", "*", ";", "&", "|", "~", "-", "(", "!", "%"),
    }),
    fc.constantFrom(
      "$(touch /tmp/injected)",
      "`touch /tmp/injected`",
      "'; touch /tmp/injected; '",
      "-F",
      "--",
    ),
  )
  .filter((text) => !text.includes("\0"));
const words = fc.array(word, { minLength: 1, maxLength: 40 });

test("over a real ssh exactly the intended words arrive", async () => {
  await fc.assert(
    fc.asyncProperty(words, async (words) => {
      const stdout = await runOk(nas, ["printf", "%s\\0", ...words]);
      expect(stdout.split("\0").slice(0, -1)).toEqual(words);
    }),
    { numRuns: 15 },
  );
});

const staged: Route = { ...plainRoute, compressed: true, buffered: true, gentle: true };
const elsewhere: Host = { name: "tower", ssh: { destination: "tower" } };
const routes: [string, Host, Route][] = [
  ["through Halfway's own machine", tower, plainRoute],
  ["through it, packed and buffered", tower, staged],
  ["fetched by the target from the source", tower, { ...staged, fetchedFrom: elsewhere }],
  ["within one machine", nas, { ...staged, compressed: false, fetchedFrom: { name: "nas", local: true } }],
];

test.each(routes)("so they do in a pipeline, at both ends: %s", async (_, source, route) => {
  await fc.assert(
    fc.asyncProperty(words, words, async (sent, given) => {
      const file = `/tmp/halfway-injection-${Date.now()}`;
      const sending: Argv = ["printf", "%s\\0", ...sent];
      const keep = 'file=$1; shift; { cat; printf "%s\\0" "$@"; } >"$file"';
      const receiving: Argv = ["sh", "-c", keep, "sh", file, ...given];
      const dir = mkdtempSync(join(tmpdir(), "halfway injection "));
      await startPipeline(dir, joined(source, nas, { sending, receiving }, route).pipeline);
      const ended = join(dir, pipelineFiles.exitCodes.receive);
      for (const until = Date.now() + 30_000; !existsSync(ended) && Date.now() < until; ) await sleep(50);
      const arrived = await runOk(nas, ["cat", file]);
      await runOk(nas, ["rm", file]);
      rmSync(dir, { recursive: true });
      expect(arrived.split("\0").slice(0, -1)).toEqual([...sent, ...given]);
    }),
    { numRuns: 4 },
  );
});

test("nothing of it was ever run", async () => {
  for (const host of [nas, tower]) expect((await runOn(host, ["ls", "/tmp/injected"])).code).not.toBe(0);
  expect(existsSync("/tmp/injected")).toBe(false);
});

test("what is taken for the name of a dataset, ZFS takes for one, and nothing else", async () => {
  // Without %, which ZFS keeps for names of its own.
  const unit = fc.constantFrom(..."abzAZ019-_.: ", "/", "@", "#", "$", "'", "ä", "..", "-R");
  const sample = fc.sample(fc.string({ unit, minLength: 1, maxLength: 6 }), { numRuns: 300, seed: 1 });
  const names = [...new Set(sample.map((name) => `backup/${name}`))];
  const { stderr } = await runOn(nas, ["zfs", "list", "-t", "filesystem", ...names], { limitMs: 60_000 });
  const said = new Set(stderr.split("\n"));
  const taken = names.filter((name) => datasetName.safeParse(name).success);
  expect(taken).toEqual(names.filter((name) => said.has(`cannot open '${name}': dataset does not exist`)));
  expect(taken.length).toBeGreaterThan(20);
});

test("whatever passes for a destination, a real ssh takes for nothing but that", () => {
  const unit = fc.constantFrom(..."ab1-_.@:[]%", "=", " ", "'", "$", "\n", "/", "-o", "ProxyCommand=x");
  const dir = mkdtempSync(join(tmpdir(), "halfway injection "));
  const file = join(dir, "hosts.json");
  let taken = 0;
  fc.assert(
    fc.property(fc.string({ unit, minLength: 1, maxLength: 10 }), (destination) => {
      writeFileSync(file, JSON.stringify({ hosts: [{ name: "there", ssh: { destination } }] }));
      let host: Host | undefined;
      try {
        [host] = hostsIn(file);
      } catch {
        return;
      }
      const [program, ...args] = onHost(host as Host, ["true"], "own");
      // Prints what it would do with them, and does nothing. What is no destination to it, it refuses: "@there".
      const { status, stdout: said } = spawnSync(program, ["-G", ...args], { encoding: "utf8" });
      if (status !== 0) return;
      taken += 1;
      expect(said).not.toMatch(/^(proxycommand|localcommand|remotecommand) /im);
      const user = destination.includes("@") ? destination.replace(/@[^@]*$/, "") : null;
      if (user !== null) expect(said).toContain(`user ${user}\n`);
    }),
    { numRuns: 150 },
  );
  rmSync(dir, { recursive: true });
  expect(taken).toBeGreaterThan(5);
});
