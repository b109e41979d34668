import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HalfwayError } from "../errors";
import { shellQuote } from "../hosts/quote";
import { plain, say, verbatim } from "../say";
import { holdTag } from "../zfs/commands";
import {
  anyFacts,
  but,
  cannotSend,
  canSend,
  dataset,
  factsOf,
  GiB,
  guids,
  hosts,
  increment,
  newDataset,
  noSuchPool,
  overwriting,
  type Situation,
  searched,
  silent,
  snapshot,
} from "./fixtures";
import type { Facts } from "./gather";
import { abortRefusal, judge } from "./judge";
import { type Plan, planAbort, planTransfer, sealed } from "./plan";
import { type Intent, intents, type TransferIntent } from "./types";

/** A bookmark is what is left of the base on the source. */
const clean = but(increment, { answers: [canSend({ base: "tank/films#mon" })] });
const drifted = but(clean, { details: { written: 7n } });
const grown = but(clean, { snapshots: [snapshot("mon", guids.base), snapshot("auto", guids.newer)] });
/** What sending everything again would move. */
const again = 100n * GiB;

const transferOf = (intent: TransferIntent, facts: Facts) =>
  planTransfer(intent, facts, judge(facts), hosts, again);
const abortOf = ({ receive, details, snapshots }: Facts) =>
  planAbort(receive, abortRefusal(receive, details, []), snapshots, hosts);
const planOf = (intent: Intent, facts: Facts): Plan =>
  intent === "abort" ? abortOf(facts).plan : transferOf(intent, facts).plan;
const plan = (intent: Intent, situation: Situation) => planOf(intent, factsOf(situation));
const commands = (intent: Intent, situation: Situation) =>
  plan(intent, situation).steps.map((one) => one.command);
/** Why it is refused, and what the refusal rests on. */
function refusal(intent: Intent, situation: Situation): Pick<HalfwayError, "code" | "message" | "stderr"> {
  try {
    plan(intent, situation);
  } catch (error) {
    if (!(error instanceof HalfwayError)) throw error;
    return { code: error.code, message: plain(error.message), stderr: plain(error.stderr) };
  }
  throw new Error(`${intent} was not refused.`);
}

describe("resume", () => {
  test("sends the rest by its token into recv -s, without -F, and takes nothing away", () => {
    const shown = plan("resume", clean);
    expect(shown).toMatchObject({
      losses: [],
      frees: 0n,
      confirmName: null,
      keeps: 40n * GiB,
      remaining: 60n * GiB,
    });
    expect(shown.source).toEqual({ host: "tower", snapshot: "tank/films@tue", base: "tank/films#mon" });
    expect(shown.steps).toHaveLength(1);
    expect(shown.steps[0]?.command).toMatch(/^zfs send -vP -t 1-\S+ \| ssh /);
    expect(shown.steps[0]?.command).toContain("zfs receive -s -u '\\''backup/Family Films'\\''");
  });

  test("is refused beforehand where ZFS would refuse it after the last byte", () => {
    expect(refusal("resume", drifted).message).toContain("only with -F");
    expect(refusal("resume", grown).message).toContain(
      "@auto was taken on the target after this receive began",
    );
    expect(refusal("resume", overwriting).message).toContain("only with -F");
  });

  test("goes by the token that the sending host understands", () => {
    const elsewhere = canSend({ host: "attic", snapshot: "vault/films@tue", token: "1-abc-e8-789c" });
    const facts = factsOf({ answers: [cannotSend("no longer exists"), elsewhere] });
    expect(transferOf("resume", facts).pipeline.send?.at(-1)).toContain("zfs send -vP -t 1-abc-e8-789c");
  });

  test("wants the name typed where something looks wrong", () => {
    const shown = plan("resume", { source: { encryption: { root: "tank/films", keyLoaded: true } } });
    expect(shown.cautions.join()).toContain("will lie there unencrypted");
    expect(shown.confirmName).toBe(dataset);
  });
});

describe("resume with rollback", () => {
  test("uses -F, names what that takes, and wants the dataset's name typed", () => {
    const shown = plan("resume-with-rollback", but(grown, { details: { written: 7n } }));
    expect(shown.steps[0]?.command).toContain("zfs receive -s -u -F");
    expect(shown.confirmName).toBe(dataset);
    expect(shown.losses).toEqual([
      { what: "snapshot", name: `${dataset}@auto`, bytes: GiB, creation: 0 },
      { what: "changes", name: dataset, bytes: 7n, look: `zfs diff '${dataset}@auto' '${dataset}'` },
    ]);
    expect(shown.keeps).toBe(40n * GiB);
  });

  test("shows how to look at the changes, which a volume has no way for", () => {
    const looks = (situation: Situation) =>
      plan("resume-with-rollback", situation).losses.map((loss) => ("look" in loss ? loss.look : null));
    expect(looks(drifted)).toEqual([`zfs diff '${dataset}@mon' '${dataset}'`]);
    expect(looks(but(drifted, { details: { type: "volume" } }))).toEqual([null]);
  });

  test("says which snapshots stay", () => {
    expect(plan("resume-with-rollback", grown).stays).toEqual({ snapshots: 1, newest: `${dataset}@mon` });
    expect(plan("resume-with-rollback", drifted).stays).toEqual({ snapshots: 1, newest: `${dataset}@mon` });
  });

  test("of a full receive takes all that the dataset holds", () => {
    const shown = plan("resume-with-rollback", but(overwriting, { details: { written: 5n * GiB } }));
    expect(shown.losses).toEqual([{ what: "contents", name: dataset, bytes: 5n * GiB }]);
    expect(shown.stays).toEqual({ snapshots: 0, newest: null });
    const withSnapshots = plan(
      "resume-with-rollback",
      but(overwriting, { snapshots: [snapshot("own", guids.other)] }),
    );
    expect(withSnapshots.losses).toEqual([
      { what: "snapshot", name: `${dataset}@own`, bytes: GiB, creation: 0 },
      { what: "contents", name: dataset, bytes: 0n },
    ]);
    expect(withSnapshots.stays).toEqual({ snapshots: 0, newest: null });
  });

  test("is refused where there is nothing to roll back, or -F could not do it", () => {
    const newest = (more: Parameters<typeof snapshot>[2]) =>
      but(clean, { snapshots: [snapshot("mon", guids.base), snapshot("auto", guids.newer, more)] });
    const lost = but(clean, { snapshots: [snapshot("other", guids.other)] });
    expect(refusal("resume-with-rollback", newDataset).message).toContain("nothing in it to roll back");
    expect(refusal("resume-with-rollback", newest({ holds: 1 })).message).toContain("held");
    expect(refusal("resume-with-rollback", newest({ clones: ["tank/x"] })).message).toContain("cloned");
    expect(refusal("resume-with-rollback", lost).message).toContain("does not have the snapshot");
  });
});

describe("start over", () => {
  test("discards first, then sends the same snapshot in the same form from the same base", () => {
    const [discard, sending] = commands("start-over", clean);
    expect(discard).toContain("zfs receive -A");
    expect(sending).toMatch(/^zfs send -vP -L -c -i 'tank\/films#mon' tank\/films@tue \| ssh /);
    // Nothing has to be rolled back: -F could only hit what is done there until it has finished.
    expect(sending).toContain("zfs receive -s -u '");
    expect(commands("start-over", drifted)[1]).toContain("zfs receive -s -u -F");
  });

  test("of a new dataset needs no -F, which could only hit what somebody made in its place", () => {
    const [, sending] = commands("start-over", newDataset);
    expect(sending).toContain("zfs receive -s -u '");
  });

  test("says what is thrown away, what comes back and what is sent again", () => {
    expect(plan("start-over", drifted)).toMatchObject({
      ...{ keeps: 0n, remaining: again, frees: 44n * GiB, confirmName: dataset },
      losses: [
        { what: "received-state", name: `${dataset}/%recv`, bytes: 44n * GiB },
        { what: "changes", name: dataset, bytes: 7n },
      ],
      stays: { snapshots: 1, newest: `${dataset}@mon` },
    });
    expect(plan("start-over", newDataset)).toMatchObject({
      losses: [{ what: "dataset", name: dataset, bytes: 44n * GiB }],
      frees: 44n * GiB,
      stays: null,
    });
    expect(plan("start-over", but(overwriting, { details: { written: 5n } })).losses).toEqual([
      { what: "received-state", name: `${dataset}/%recv`, bytes: 44n * GiB },
      { what: "contents", name: dataset, bytes: 5n },
    ]);
  });

  test("is refused where the discarded state could not be received again", () => {
    const nobody = { answers: [noSuchPool("tower")], whereabouts: [searched("tower")] };
    expect(refusal("start-over", but(overwriting, { snapshots: [snapshot("x", 1n)] })).message).toContain(
      "has snapshots",
    );
    expect(refusal("start-over", { ...clean, ...nobody }).message).toContain("No host that Halfway knows");
    expect(refusal("start-over", but(clean, { token: { redactSnaps: [] } })).message).toContain("redacted");
  });
});

describe("abort", () => {
  test("of a new dataset takes the dataset, so its name has to be typed", () => {
    expect(plan("abort", newDataset)).toMatchObject({
      confirmName: dataset,
      losses: [{ what: "dataset", name: dataset, bytes: 44n * GiB }],
      ...{ frees: 44n * GiB, keeps: 0n, stays: null },
    });
  });

  test("of an increment takes only what was received, and says what stays", () => {
    expect(plan("abort", grown)).toMatchObject({
      confirmName: null,
      losses: [{ what: "received-state", name: `${dataset}/%recv`, bytes: 44n * GiB }],
      frees: 44n * GiB,
      stays: { snapshots: 2, newest: `${dataset}@auto` },
    });
  });

  test("runs what it shows, on the target", () => {
    const { plan: shown, command } = abortOf(factsOf(clean));
    expect(command).toEqual({ argv: ["zfs", "receive", "-A", dataset], on: hosts[1] });
    expect(shown.steps.flatMap(({ parts }) => parts)).toEqual([
      { host: "nas", command: `zfs receive -A '${dataset}'` },
    ]);
  });

  test("needs no source, and no token that can be read", () => {
    expect(commands("abort", { ...clean, answers: [] })).toHaveLength(1);
    expect(commands("abort", { unreadable: "This resume token was cut off.", answers: [] })).toHaveLength(1);
  });

  test("is refused with the reason why ZFS would not do it", () => {
    const { receive, details, snapshots } = factsOf(newDataset);
    const children = abortRefusal(receive, details, [`${dataset}/old`]);
    expect(() => planAbort(receive, children, snapshots, hosts)).toThrow("lies below");
    expect(refusal("abort", { details: { inconsistent: false } }).message).toContain(
      "neither resume nor abort",
    );
  });
});

describe("whatever is asked", () => {
  test.each(intents)("%s is refused while something is being received", (intent) => {
    const activity = { kind: "receiving", by: "other", evidence: say`a process` } as const;
    expect(refusal(intent, but(clean, { activity })).message).toContain("being received right now");
  });

  test("a source that did not answer is not called lost", () => {
    const answers = [cannotSend("no longer exists", "nas"), silent("tower", "It timed out.")];
    const { code, message } = refusal("resume", { ...clean, answers });
    expect(code).toBe("REFUSED");
    expect(message).toContain("not known: tower could not tell");
  });

  test("a refusal comes with what it rests on, and the commands to see it oneself", () => {
    const { stderr } = refusal("resume", drifted);
    expect(stderr).toContain("7 B were written to it since its newest snapshot.\n  nas# zfs get ");
    expect(stderr).not.toContain(factsOf(drifted).details.token);
  });

  const cautioned = { source: { encryption: { root: "tank/films", keyLoaded: true } } };

  test("a digest is of what a plan says, however that is marked", () => {
    const { steps, cautions, ...rest } = plan("start-over", cautioned);
    const unmarked = {
      ...{ ...rest, cautions: cautions.map(verbatim) },
      steps: steps.map((one) => ({ ...one, says: verbatim(one.says) })),
    };
    const marked = sealed({ ...rest, steps, cautions }, []);
    expect(cautions).toHaveLength(1);
    expect(sealed(unmarked, [])).toMatchObject({ digest: marked.digest, essence: marked.essence });
  });

  test("a plan that would do or take something else has another digest, one of other sizes has not", () => {
    const digest = (situation: Situation, intent: Intent = "resume-with-rollback") =>
      plan(intent, situation).digest;
    const confirmed = digest(drifted);
    expect(digest(but(drifted, { details: { written: 8n, spaceHeld: 1n } }))).toBe(confirmed);
    expect(digest(but(drifted, { answers: [canSend({ base: "tank/films#mon", size: 1n })] }))).toBe(
      confirmed,
    );
    for (const other of [
      clean,
      but(grown, { details: { written: 7n } }),
      but(drifted, { token: { bytes: 41n * GiB } }),
      but(drifted, { answers: [canSend({ base: "tank/films@mon" })] }),
      but(drifted, { answers: [canSend({ base: "tank/films#mon", host: "attic" })] }),
      but(drifted, { answers: [canSend({ base: "tank/films#mon", snapshot: "tank/films@renamed" })] }),
    ]) {
      expect(digest(other)).not.toBe(confirmed);
    }
    expect(digest(drifted, "start-over")).not.toBe(confirmed);
    expect(digest(cautioned, "start-over")).not.toBe(digest(newDataset, "start-over"));
  });
});

describe("whatever the facts are", () => {
  /** Checks every plan that the verdict offers; that it can be made at all is part of the promise. */
  const always = (check: (plan: Plan, facts: Facts, intent: Intent) => void) =>
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { refusals } = judge(facts);
        for (const intent of intents)
          if (refusals[intent] === null) check(planOf(intent, facts), facts, intent);
      }),
      { numRuns: 500 },
    );

  test("the parts of a step are what its command runs on each machine, word for word", () => {
    always(({ steps }) => {
      for (const { command, parts } of steps) {
        for (const part of parts) {
          const local = hosts.some((host) => host.name === part.host && "local" in host);
          expect(command).toContain(local ? part.command : shellQuote([`env LC_ALL=C ${part.command}`]));
        }
      }
    });
  });

  test("no step shows a command that differs from what runs", () => {
    always(({ steps }, facts, intent) => {
      if (intent === "abort") return;
      const { before, send, receive } = transferOf(intent, facts).pipeline;
      expect(steps.map(({ command }) => command)).toEqual([
        ...(before ? [shellQuote(before)] : []),
        `${shellQuote(send ?? [])} | ${shellQuote(receive)}`,
      ]);
    });
  });

  test("bytes are always received so that a second interruption keeps them", () => {
    always(({ steps }, _, intent) => {
      if (intent !== "abort") expect(steps.at(-1)?.parts.at(-1)?.command).toMatch(/^zfs receive -s -u /);
    });
  });

  test("only starting over and aborting discard what arrived, and whatever else goes needs the name typed", () => {
    always((shown, { details }, intent) => {
      const { keeps, losses, steps, confirmName } = shown;
      const discards = intent === "start-over" || intent === "abort";
      expect(steps.some(({ command }) => command.includes("receive -A"))).toBe(discards);
      expect(keeps > 0n && discards).toBe(false);
      expect(shown.frees).toBe(discards ? details.spaceHeld : 0n);
      if (intent === "resume") expect(losses).toEqual([]);
      if (losses.some(({ what }) => what !== "received-state")) expect(confirmName).toBe(dataset);
    });
  });

  test("whatever -F would take is among the losses", () => {
    always(({ steps, losses, stays }, { snapshots, details }, intent) => {
      if (!steps.at(-1)?.parts.at(-1)?.command.includes(" -F ")) return;
      expect(intent).not.toBe("resume");
      const lost = losses.filter(({ what }) => what === "snapshot");
      expect(lost.length + (stays?.snapshots ?? 0)).toBe(snapshots.length);
      if (details.written > 0n)
        expect(losses.map(({ what }) => what)).toContainEqual(expect.stringMatching(/changes|contents/));
    });
  });
});

describe("what keeps the source alive", () => {
  test("the snapshot that is sent and its base are held, under a tag that names the receive", () => {
    const { holds } = plan("resume", { answers: [canSend({ base: "tank/films@mon" })] });
    expect(holds.flatMap(({ parts }) => parts)).toEqual([
      { host: "tower", command: "zfs hold 'halfway:nas:backup/Family Films' tank/films@tue" },
      { host: "tower", command: "zfs hold 'halfway:nas:backup/Family Films' tank/films@mon" },
    ]);
  });

  test("a bookmark needs no hold: nothing prunes those", () => {
    const { holds } = plan("resume", { answers: [canSend({ base: "tank/films#mon" })] });
    expect(holds).toHaveLength(1);
  });

  test("a tag is never longer than ZFS allows, and two receives never share one", () => {
    const long = (end: string) => `backup/${"a".repeat(240)}${end}`;
    expect(holdTag("nas", long("x")).length).toBeLessThanOrEqual(200);
    expect(holdTag("nas", long("x"))).not.toBe(holdTag("nas", long("y")));
  });
});
