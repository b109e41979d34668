import { beforeEach, describe, expect, test, vi } from "vitest";
import { HalfwayError } from "../errors";
import type { Host } from "../hosts/config";
import type { Output } from "../hosts/run";
import { say } from "../say";
import type { Argv } from "../zfs/commands";
import type { Pool } from "../zfs/output";
import { decodeResumeToken } from "../zfs/token";
import { encodeResumeToken } from "../zfs/token-encoder";
import { but, dataset, factsOf, guids, hosts, increment, newDataset, type Situation } from "./fixtures";
import { gather, HostAnswers, type Surroundings, senderOf, sourceAnswer } from "./gather";

/** Hosts that answer what a test lays down: each command as `host# argv`, with what that host says. */
const fake = vi.hoisted(() => ({
  asked: [] as string[],
  says: (_command: string): Output | string | Error => "",
}));

vi.mock("../hosts/run", () => {
  const runOn = async (host: Host, argv: Argv): Promise<Output> => {
    const command = `${host.name}# ${argv.join(" ")}`;
    fake.asked.push(command);
    const said = fake.says(command);
    if (said instanceof Error) throw said;
    return typeof said === "string" ? { code: 0, stdout: said, stderr: "" } : said;
  };
  return { runOn, runOk: async (host: Host, argv: Argv) => (await runOn(host, argv)).stdout };
});

const token = "1-abcdef012345-e8-789c0123456789abcdef";
const command = "zfs send -nvP -t <resume token>";

describe("what a host says when asked for the rest of a send", () => {
  const failed = (stderr: string, code: number | null = 255) =>
    sourceAnswer("tower", token, command, { code, stdout: "", stderr });

  test("an estimate is a yes, and comes with the token to use there", () => {
    const said = { code: 0, stdout: "full\ttank/a@s\t60\nsize\t60\n", stderr: "" };
    expect(sourceAnswer("tower", token, command, said)).toEqual({
      ...{ host: "tower", answer: "can-send", token, command },
      estimate: { snapshot: "tank/a@s", base: null, size: 60n },
    });
  });

  test("an estimate on stderr is one as well, but not one of a command that failed", () => {
    const stderr = "resume token contents:\nfull\ttank/a@s\t60\nsize\t60\n";
    expect(failed(stderr, 0).answer).toBe("can-send");
    expect(failed(stderr, 1).answer).toBe("silent");
  });

  test.each([
    "cannot resume send: 'tank/a@s' used in the initial send no longer exists\n",
    "cannot resume send: 'tank/a@s' is no longer the same snapshot used in the initial send\n",
    "cannot resume send: incremental source 0xabc no longer exists\n",
  ])("zfs's own no is a no, in its words: %s", (stderr) => {
    expect(failed(`resume token contents:\nnvlist version: 0\n\tobject = 0x1\n${stderr}`)).toEqual({
      ...{ host: "tower", answer: "cannot-send", words: stderr.trim(), command },
    });
  });

  // Whoever reads "destroyed" aborts terabytes: none of these says anything about the snapshot.
  test.each([
    ["The ZFS modules are not loaded.\nTry running '/sbin/modprobe zfs' as root to load them.\n", 1],
    ["sh: 1: zfs: not found\n", 127],
    ["cannot open 'tank': permission denied\n", 255],
    ["cannot resume send: unable to access 'tank/a@s'\n", 255],
    ["resume token is corrupt (incorrect checksum)\n", 255],
    ["", null],
  ])("anything else is no answer: %j", (stderr, code) => {
    expect(failed(stderr, code).answer).toBe("silent");
  });

  test("words for people never hold a token, which whoever reads it could replay", () => {
    for (const stderr of [`cannot resume send: ${token} no longer exists`, `cannot use ${token}`]) {
      expect(JSON.stringify(failed(stderr))).not.toContain("789c0123456789abcdef");
    }
  });
});

describe("gathering", () => {
  const gone: Output = {
    ...{ code: 255, stdout: "" },
    stderr: "cannot resume send: 'tank/films@tue' used in the initial send no longer exists\n",
  };
  const yes = "incremental\ttank/films@mon\ttank/films@tue\t60\nsize\t60\n";
  const pool = (name: string, health = "ONLINE"): Pool => ({
    name,
    health,
    readonly: false,
    features: new Map(),
  });
  const pools: Record<string, Pool[]> = {
    tower: [pool("tank")],
    nas: [pool("backup")],
    attic: [pool("vault")],
  };

  /** Facts on a situation, gathered from hosts as they are in `more`. */
  function gathered(
    situation: Situation,
    more: Partial<Surroundings> = {},
    proof = false,
    shared = new HostAnswers(),
  ) {
    const { receive, details } = factsOf(situation);
    const surroundings = {
      hosts,
      poolsOf: (host: string) => pools[host] ?? null,
      lastFailure: () => null,
      silenceOf: () => null,
      ...more,
    };
    return gather(surroundings, receive, details, shared, proof);
  }
  /** Answers by what the command contains; the first that fits. */
  const says = (...answers: [string, Output | string | Error][]) => {
    fake.says = (command) => answers.find(([part]) => command.includes(part))?.[1] ?? "";
  };
  const asked = (part: string) => fake.asked.filter((command) => command.includes(part));
  const withPools = (host: string, ...some: Pool[]) => ({
    poolsOf: (name: string) => (name === host ? some : (pools[name] ?? null)),
  });

  beforeEach(() => {
    fake.asked.length = 0;
    says(["send -nvP", yes]);
  });

  test("asks the hosts that have the source's pool, and the target for its snapshots", async () => {
    says(["send -nvP", yes], ["-t snapshot -d 1", `${dataset}@mon\t11\t0\t0\t-\t-\n`]);
    const facts = await gathered(increment);
    expect(senderOf(facts.answers)).toMatchObject({ host: "tower", token: facts.details.token });
    expect(facts.answers.map(({ host, answer }) => [host, answer])).toEqual([
      ["tower", "can-send"],
      ["nas", "no-such-pool"],
      ["attic", "no-such-pool"],
    ]);
    expect(facts.snapshots.map(({ guid }) => guid)).toEqual([guids.base]);
    expect(asked("send -nvP")).toHaveLength(1);
    expect(asked("zfs list").map((command) => command.split("#")[0])).toEqual(["nas"]);
  });

  test("asks a host whose pools were never read: it may have that one", async () => {
    await gathered(newDataset, { poolsOf: () => null });
    expect(asked("send -nvP")).toHaveLength(hosts.length);
  });

  test("never asks a suspended pool, or a host that does not answer: what hangs there cannot be killed", async () => {
    const silenceOf = (host: string) => (host === "attic" ? say`It is off.` : null);
    const facts = await gathered(newDataset, { ...withPools("tower", pool("tank", "SUSPENDED")), silenceOf });
    expect(facts.answers).toEqual([
      { host: "tower", answer: "pool-suspended" },
      { host: "nas", answer: "no-such-pool" },
      { host: "attic", answer: "silent", problem: "It is off." },
    ]);
    expect(asked("send -nvP")).toEqual([]);
    expect(asked("attic#")).toEqual([]);
  });

  test.each<[string, Situation, Partial<Surroundings>]>([
    ["is being received", { activity: { kind: "receiving", by: "other", evidence: say`a process` } }, {}],
    ["has a token that cannot be read", { unreadable: "It was cut off." }, {}],
    ["lies on a suspended pool", {}, withPools("nas", pool("backup", "SUSPENDED"))],
  ])("asks nobody about a receive that %s", async (_, situation, more) => {
    await gathered(situation, more);
    expect(fake.asked).toEqual([]);
  });

  test("says so at once where the receive lies on a host that does not answer", async () => {
    const silenceOf = (host: string) => (host === "nas" ? say`It is off.` : null);
    await expect(gathered({}, { silenceOf })).rejects.toMatchObject({
      code: "UNREACHABLE",
      message: "It is off.",
    });
    expect(fake.asked).toEqual([]);
  });

  test("a question that fails is silence, not a no", async () => {
    says(["send -nvP", new HalfwayError("UNREACHABLE", say`tower did not answer \`zfs send\` within 60 s.`)]);
    const facts = await gathered(newDataset);
    expect(facts.answers[0]).toEqual({
      ...{ host: "tower", answer: "silent", problem: "tower did not answer `zfs send` within 60 s." },
    });
  });

  test("searches every host by GUID where nobody can send, once for all receives", async () => {
    const shared = new HostAnswers();
    says(
      ["send -nvP", gone],
      [
        "tower# zfs list -Hp -t snapshot,bookmark",
        "tank/films@mon\t11\ntank/films#mon\t11\ntank/films#tue\t22\ntank/films@tue\t99\n",
      ],
    );
    const facts = await gathered(increment, {}, false, shared);
    expect(facts.whereabouts.map(({ host }) => host)).toEqual(["tower", "nas", "attic"]);
    expect(facts.whereabouts[0]).toMatchObject({
      ...{ to: [], from: ["tank/films@mon", "tank/films#mon"], nameTaken: true, datasetKnown: true },
    });
    await gathered(newDataset, {}, false, shared);
    expect(asked("snapshot,bookmark")).toHaveLength(hosts.length);
  });

  test("does not ask again in the very pool where ZFS has looked for it", async () => {
    says(["send -nvP", gone], ["tower# zfs list -Hp -t snapshot,bookmark", "tank/films@tue\t22\n"]);
    expect((await gathered(increment)).whereabouts[0]?.to).toEqual(["tank/films@tue"]);
    expect(asked("send -nvP")).toHaveLength(1);
  });

  test("does not search where somebody can send", async () => {
    expect((await gathered(newDataset)).whereabouts).toEqual([]);
    expect(asked("snapshot,bookmark")).toEqual([]);
  });

  test("a host whose search fails counts as not searched", async () => {
    says(
      ["send -nvP", gone],
      ["attic# zfs list", new HalfwayError("UNREACHABLE", say`attic did not answer.`)],
    );
    expect((await gathered(newDataset)).whereabouts.map(({ host }) => host)).toEqual(["tower", "nas"]);
  });

  describe("where the very snapshot lies in another pool", () => {
    beforeEach(() =>
      says(
        ["attic# zfs send -nvP", "full\tvault/films@tue\t60\nsize\t60\n"],
        ["send -nvP", gone],
        ["attic# zfs list -Hp -t snapshot,bookmark", `vault/films@tue\t${guids.to}\nvault/films@mon\t11\n`],
      ),
    );

    test("asks there with a token that names it, and is the same otherwise", async () => {
      const facts = await gathered(newDataset);
      const sender = senderOf(facts.answers);
      expect(sender?.host).toBe("attic");
      expect(decodeResumeToken(sender?.token ?? "")).toEqual({ ...facts.decoded, toName: "vault/films@tue" });
      expect(sender?.command).toContain("zfs send -nvP -t TOKEN");
    });

    test.each<[string, Situation]>([
      ["raw", { token: { raw: true } }],
      ["redacted", { token: { redactSnaps: [] } }],
      ["on a redaction bookmark", { token: { bookRedactSnaps: [guids.other] } }],
    ])("but not for a send that was %s: that copy may be another", async (_, situation) => {
      const facts = await gathered(situation);
      expect(senderOf(facts.answers)).toBeNull();
      expect(facts.whereabouts.find(({ to }) => to.length > 0)?.to).toEqual(["vault/films@tue"]);
      expect(asked("attic# zfs send")).toEqual([]);
    });
  });

  test("asks for keys where the stream needs them, once per host, and not for a raw one", async () => {
    const shared = new HostAnswers();
    says(
      ["send -nvP", yes],
      ["keystatus", "tank/films\tkeystatus\tunavailable\ntank/films\tencryptionroot\ttank\n"],
    );
    expect((await gathered(increment, {}, false, shared)).source?.encryption).toEqual({
      root: "tank",
      keyLoaded: false,
    });
    expect((await gathered(newDataset, {}, false, shared)).source?.encryption).toEqual({
      root: "tank",
      keyLoaded: false,
    });
    expect(asked("keystatus")).toHaveLength(1);
    expect((await gathered(but(increment, { token: { raw: true } }))).source?.encryption).toBeNull();
    expect(asked("keystatus")).toHaveLength(1);
  });

  describe("before a plan", () => {
    const printed =
      "tank/films@tue\tguid\t22\ntank/films@tue\tivsetguid\t-\ntank/films@mon\tguid\t11\n" +
      "tank/films\tkeystatus\tavailable\ntank/films\tencryptionroot\ttank\n";
    const { token } = factsOf(increment).details;
    const identities: [string, string] = ["tank/films tank/films@tue tank/films@mon", printed];

    test("makes sure what the names on the source are, and whether it can be read: with one question", async () => {
      says(["send -nvP", yes], identities, ["receive_resume_token", token]);
      expect((await gathered(increment, {}, true)).source).toMatchObject({
        identity: { to: { guid: 22n, ivset: null }, base: { guid: 11n, ivset: null } },
        encryption: { root: "tank", keyLoaded: true },
      });
      expect(asked("tower# zfs get")).toHaveLength(1);
    });

    test("makes sure that the token is the same after the estimate", async () => {
      const moved = encodeResumeToken({ ...decodeResumeToken(token), bytes: 5n });
      says(["send -nvP", yes], identities, ["receive_resume_token", moved]);
      await expect(gathered(increment, {}, true)).rejects.toMatchObject({ code: "CONFLICT" });
      expect(fake.asked.at(-1)).toContain("receive_resume_token");
    });

    test("and asks for none of that where it is for a list", async () => {
      says(["send -nvP", yes], identities);
      expect((await gathered(increment)).source?.identity).toBeNull();
      expect(asked("guid,ivsetguid,keystatus")).toEqual([]);
    });
  });

  test("goes by the token as it was read from the target", async () => {
    const read = encodeResumeToken({ ...decodeResumeToken(factsOf(newDataset).details.token), bytes: 5n });
    await gathered({ details: { token: read } });
    expect(asked("send -nvP")).toEqual([`tower# zfs send -nvP -t ${read}`]);
  });
});
