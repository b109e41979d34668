import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HalfwayError } from "../errors";
import type { Host } from "../hosts/config";
import { say } from "../say";
import type { Argv } from "../zfs/commands";
import { encodeResumeToken } from "../zfs/token-encoder";
import { factsOf } from "./fixtures";
import { HostWatcher } from "./watch";

/** A host of one pool with one interrupted receive; each answer takes a moment. */
const fake = vi.hoisted(() => ({
  asked: [] as string[],
  atOnce: 0,
  mostAtOnce: 0,
  health: "ONLINE",
  tokens: "",
  hear: (_text: string) => {},
  down: false,
}));

vi.mock("../hosts/run", () => {
  const answer = (command: string): string => {
    if (command.startsWith("zpool get")) return `backup\thealth\t${fake.health}\nbackup\treadonly\toff\n`;
    if (command.includes("receive_resume_token") && command.includes("-t filesystem,volume")) {
      // As 2.3 does: a suspended pool is left out without a word.
      return fake.health === "SUSPENDED" ? "" : `backup\t-\n${fake.tokens}`;
    }
    return "";
  };
  const runOn = async (_: Host, argv: Argv) => {
    const command = argv.join(" ");
    fake.asked.push(command);
    const reading = command.includes("receive_resume_token");
    fake.atOnce += reading ? 1 : 0;
    fake.mostAtOnce = Math.max(fake.mostAtOnce, fake.atOnce);
    await sleep(5);
    fake.atOnce -= reading ? 1 : 0;
    if (fake.down) throw new HalfwayError("UNREACHABLE", say`nas did not answer.`);
    if (command.includes("inconsistent")) return { code: 1, stdout: described(), stderr: noChild };
    return { code: command.startsWith("ps") ? 1 : 0, stdout: answer(command), stderr: "" };
  };
  const follow = (_host: Host, _argv: Argv, heard: (text: string) => void) => {
    fake.hear = heard;
    return { ended: new Promise<string>(() => {}), stop: () => {} };
  };
  const isOtherKey = () => false;
  return {
    follow,
    isOtherKey,
    runOn,
    runOk: async (host: Host, argv: Argv) => (await runOn(host, argv)).stdout,
  };
});

const { decoded } = factsOf({});
const token = decoded ? encodeResumeToken(decoded) : "";
const noChild = "cannot open 'backup/a/%recv': dataset does not exist\n";

function described(): string {
  if (!fake.tokens.includes("backup/a")) return "backup/a\treceive_resume_token\t-\n";
  const lines = { type: "filesystem", creation: "1790000000", used: "1", inconsistent: "1" };
  return `${Object.entries({ ...lines, receive_resume_token: token })
    .map(([key, value]) => `backup/a\t${key}\t${value}`)
    .join("\n")}\n`;
}

let watcher: HostWatcher;
let told: string[][] = [];

beforeEach(async () => {
  Object.assign(fake, {
    asked: [],
    mostAtOnce: 0,
    health: "ONLINE",
    tokens: `backup/a\t${token}\n`,
    down: false,
  });
  told = [];
  watcher = new HostWatcher(
    { name: "nas", local: true },
    { changed: () => {}, happened: (datasets) => told.push([...datasets]), working: () => [] },
  );
  await watcher.refresh();
});

afterEach(() => {
  vi.restoreAllMocks();
  watcher.stop();
});

/** At first ZFS repeats what it remembers; that it has is told by the clock. */
function afterTheRepetitions(): void {
  const now = performance.now();
  vi.spyOn(performance, "now").mockImplementation(() => now + 3_000);
}

const listed = () => watcher.state.receives.map(({ dataset }) => dataset);

test("whatever asks for readings at the same time, they come one after the other", async () => {
  await Promise.all([watcher.refresh(), watcher.refresh(), sleep(3).then(() => watcher.refresh())]);
  expect(fake.mostAtOnce).toBe(1);
});

test("all who ask while a reading waits share it", async () => {
  fake.asked = [];
  await Promise.all([watcher.refresh(), watcher.refresh(), watcher.refresh()]);
  expect(fake.asked.filter((command) => command.includes("-t filesystem,volume"))).toHaveLength(1);
});

test("a pool that drops out of the list without a word is found out, and keeps what was known of it", async () => {
  fake.health = "SUSPENDED";
  await watcher.refresh();
  expect(watcher.state.troubledPools).toEqual([{ name: "backup", health: "SUSPENDED", readonly: false }]);
  expect(listed()).toEqual(["backup/a"]);
  fake.health = "ONLINE";
  await watcher.refresh();
  expect(watcher.state.troubledPools).toEqual([]);
  expect(listed()).toEqual(["backup/a"]);
});

test("a host that falls silent is shown so, with its list as last known", async () => {
  fake.down = true;
  await watcher.refresh();
  expect(watcher.state).toMatchObject({ status: "offline", problem: "nas did not answer." });
  expect(listed()).toEqual(["backup/a"]);
});

test("an event has only what it names read again, and passes its dataset on", async () => {
  afterTheRepetitions();
  fake.asked = [];
  fake.tokens = "";
  fake.hear(
    '\tpool = "backup"\n\thistory_dsname = "backup/a"\n\thistory_internal_name = "finish receiving"\n\n',
  );
  await sleep(400);
  expect(fake.asked.some((command) => command.includes("-t filesystem,volume"))).toBe(false);
  expect(told).toEqual([["backup/a"]]);
});

test("errors of a failing disk, twenty a second, cause no reading at all", async () => {
  afterTheRepetitions();
  fake.asked = [];
  for (let n = 0; n < 50; n += 1) fake.hear('\tclass = "ereport.fs.zfs.checksum"\n\tpool = "backup"\n\n');
  await sleep(400);
  expect(fake.asked).toEqual([]);
  expect(told).toEqual([]);
});
