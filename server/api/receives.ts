import { z } from "zod";
import { HalfwayError } from "../errors";
import { uniqueName } from "../hosts/config";
import { runOk } from "../hosts/run";
import { holdSteps, type Plan, type Step, snapshotsToHold } from "../receives/plan";
import { intents, type PartialReceive, type Source } from "../receives/types";
import { say } from "../say";
import type { HeldSnapshot } from "../transfers/holds";
import { holdTag } from "../zfs/commands";
import { poolOf, requireDatasetName } from "../zfs/names";
import type { Halfway } from "./halfway";
import { procedure, router } from "./init";
import { plannedAs } from "./trail";

/** `host:dataset`, as the list gives it. */
export const receiveIdInput = z.string().min(3).max(400);
/** What the person saw; the server refuses to act on anything else. */
export const fingerprintInput = z
  .string()
  .regex(/^[0-9a-f]{16}$/, { error: say`This is not the fingerprint of a resume token.` });
/** Names the plan that was shown. */
export const planDigest = z
  .string()
  .regex(/^[0-9a-f]{16}$/, { error: say`This is not the digest of a plan.` });
/** What the person confirmed: the plan they saw, by its digest, and the name they typed where it asked for one. */
export const confirmInput = z
  .strictObject({
    plan: planDigest,
    name: z.string().max(255).nullable(),
  })
  .nullish();
type Confirmation = z.output<typeof confirmInput>;

/** Which page of the past is asked for. */
export const pastCursor = z.strictObject({
  /** Where it begins, as the page before it has said. */
  cursor: z.strictObject({ askedAt: z.int(), id: z.uuid() }).nullish(),
  /** tRPC's pages say which way they go; there is one. */
  direction: z.literal("forward").optional(),
});

/** A snapshot that a receive needs on its source; `held` by Halfway for this receive, and by others. A bookmark needs none. */
export type NeededSnapshot = {
  snapshot: string;
  what: "sent" | "base";
  held: HeldSnapshot | null;
  others: HeldSnapshot[];
};

/** What a receive needs so that it can be finished, as its source has it at this moment. */
export type Needs = {
  source: Source;
  snapshots: NeededSnapshot[];
  /** What protecting it would run. */
  protects: Step[];
};

/** Freeing terabytes goes on in the background; but a busy pool may take its time to begin. */
const abortLimit = 120_000;

export const receivesRouter = router({
  /** Every partial receive of every host, and how current that is. */
  list: procedure.query(({ ctx }) => ctx.halfway.hostStates()),

  /** One receive, looked into afresh: its verdict rests on what its hosts say now. */
  inspect: procedure
    .input(z.strictObject({ id: receiveIdInput }))
    .query(async ({ ctx, input }): Promise<PartialReceive> => {
      const { halfway } = ctx;
      const { host, dataset } = parseReceiveId(halfway, input.id);
      await halfway.lookAgain();
      const { facts, verdict } = await halfway.planner.judgeNow(host, dataset, null);
      return { ...facts.receive, verdict };
    }),

  /** What an intent would run, destroy and keep. Read afresh; changes nothing. */
  plan: procedure
    .input(z.strictObject({ id: receiveIdInput, fingerprint: fingerprintInput, intent: z.enum(intents) }))
    .query(async ({ ctx, input }): Promise<Plan> => {
      const { halfway } = ctx;
      const { id, fingerprint, intent } = input;
      const { host, dataset } = parseReceiveId(halfway, id);
      const { plan } =
        intent === "abort"
          ? await halfway.planner.abort(host, dataset, fingerprint)
          : await halfway.planner.transfer(host, dataset, fingerprint, intent);
      return plan;
    }),

  /**
   * All transfers there ever were into a dataset, newest first, with their attempts, page by page: also of a receive that
   * is no more, or was never there.
   */
  past: procedure
    .input(z.strictObject({ id: receiveIdInput, ...pastCursor.shape }))
    .query(({ ctx, input: { id, cursor = null } }) => {
      const [host, dataset] = splitReceiveId(id);
      return ctx.halfway.transfers.into(host, dataset, cursor);
    }),

  /** Which snapshots a receive needs on its source, and what holds them there; null where no source is known. */
  needs: procedure
    .input(z.strictObject({ id: receiveIdInput }))
    .query(async ({ ctx: { halfway }, input }): Promise<Needs | null> => {
      const { host, dataset } = parseReceiveId(halfway, input.id);
      const source =
        halfway.transfers.activeFor(host.name, dataset)?.source ??
        halfway.lastVerdict(host.name, dataset)?.source;
      if (!source) return null;
      const names = snapshotsToHold(source);
      const pool = halfway.surroundings
        .poolsOf(source.host)
        ?.find(({ name }) => name === poolOf(source.snapshot));
      // Whatever is asked of a suspended pool hangs for good (fact A20).
      if (pool?.health === "SUSPENDED") {
        throw new HalfwayError("REFUSED", say`The pool ${pool.name} on ${source.host} is suspended.`);
      }
      const held = await halfway.holds.on(source.host, names);
      const tag = holdTag(uniqueName(host), dataset);
      const snapshots = names.map((snapshot): NeededSnapshot => {
        const holds = held.filter((one) => one.snapshot === snapshot);
        return {
          ...{ snapshot, what: snapshot === source.snapshot ? "sent" : "base" },
          held: holds.find((one) => one.tag === tag) ?? null,
          others: holds.filter((one) => one.tag !== tag),
        };
      });
      return { source, snapshots, protects: holdSteps(halfway.host(source.host), host, dataset, source) };
    }),

  /** Holds what a receive needs on its source until the receive ends, without a transfer. */
  protect: procedure
    .input(z.strictObject({ id: receiveIdInput, fingerprint: fingerprintInput }))
    .mutation(async ({ ctx, input }): Promise<void> => {
      const { halfway } = ctx;
      const { host, dataset } = parseReceiveId(halfway, input.id);
      const { verdict } = await halfway.planner.judgeNow(host, dataset, input.fingerprint);
      const { source } = verdict;
      if (!source || verdict.kind === "unresumable") {
        throw new HalfwayError(
          "REFUSED",
          say`No source is known that could be protected. ${verdict.sentence}`,
        );
      }
      const steps = holdSteps(halfway.host(source.host), host, dataset, source);
      await ctx.note(plannedAs({ steps }, verdict));
      const notHeld = await halfway.holds.keep({ host: host.name, dataset, source });
      if (notHeld !== null) throw new HalfwayError("ZFS_FAILED", notHeld);
    }),

  /** Discards a partial receive (`zfs receive -A`). */
  abort: procedure
    .input(z.strictObject({ id: receiveIdInput, fingerprint: fingerprintInput, confirm: confirmInput }))
    .mutation(async ({ ctx, input }): Promise<void> => {
      const { halfway } = ctx;
      const { host, dataset } = parseReceiveId(halfway, input.id);
      await halfway.transfers.exclusively(host.name, dataset, async () => {
        const { plan, command } = await halfway.planner.abort(host, dataset, input.fingerprint);
        requireConfirmation(plan, input.confirm);
        await ctx.note(plannedAs(plan, halfway.lastVerdict(host.name, dataset)));
        try {
          await runOk(command.on, command.argv, { limitMs: abortLimit, connection: "own" });
        } finally {
          await halfway.refresh(host.name);
        }
        await halfway.holds.releaseFor(host.name, dataset);
      });
    }),
});

/** Splits an id into its host, which must be configured, and its dataset, which must be a ZFS name. */
export function parseReceiveId(halfway: Halfway, id: string) {
  const [host, dataset] = splitReceiveId(id);
  return { host: halfway.host(host), dataset };
}

/** The names in an id; the host may be one that is not configured any more. */
function splitReceiveId(id: string): [host: string, dataset: string] {
  const at = id.indexOf(":");
  if (at < 1)
    throw new HalfwayError(
      "BAD_INPUT",
      say`This is not the id of a receive: it should look like host:dataset.`,
    );
  return [id.slice(0, at), requireDatasetName(id.slice(at + 1))];
}

/**
 * Lets a plan pass that costs nothing, or that was confirmed as it is.
 * @throws HalfwayError `BAD_INPUT` when a confirmation or the typed name is missing, `CONFLICT` when what was confirmed
 *   is not what would run now.
 */
export function requireConfirmation(plan: Plan, confirm: Confirmation): void {
  if (confirm && confirm.plan !== plan.digest) {
    throw new HalfwayError(
      "CONFLICT",
      say`What this would run or destroy has changed since you looked. Look again, then decide.`,
    );
  }
  if (plan.confirmName !== null && confirm?.name !== plan.confirmName) {
    throw new HalfwayError("BAD_INPUT", say`To go on, type the dataset's name: ${plan.confirmName}`);
  }
  if ((plan.losses.length > 0 || plan.cautions.length > 0) && !confirm) {
    throw new HalfwayError("BAD_INPUT", say`This destroys something: look at the plan and confirm it first.`);
  }
}
