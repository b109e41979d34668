import { z } from "zod";
import { HalfwayError } from "../errors";
import type { Host } from "../hosts/config";
import { runOk } from "../hosts/run";
import {
  changed,
  estimateAgain,
  type Facts,
  gather,
  HostAnswers,
  readChildren,
  readReceive,
  readSnapshots,
  senderOf,
} from "../receives/gather";
import { abortRefusal, judge } from "../receives/judge";
import { type Plan, planAbort, planTransfer, type TransferPlan } from "../receives/plan";
import { intents, type PartialReceive, type TransferIntent, type Verdict } from "../receives/types";
import { readToken } from "../zfs/commands";
import { poolOf, requireDatasetName } from "../zfs/names";
import { tokenFingerprint } from "../zfs/token";
import type { Halfway } from "./halfway";
import { procedure, router } from "./init";

/** `host:dataset`, as the list gives it. */
export const receiveIdInput = z.string().min(3).max(400);
/** What the person saw; the server refuses to act on anything else. */
export const fingerprintInput = z.string().regex(/^[0-9a-f]{16}$/, { error: "not a token fingerprint" });
/** What the person confirmed: the plan they saw, by its digest, and the name they typed where it asked for one. */
export const confirmInput = z
  .strictObject({
    plan: z.string().regex(/^[0-9a-f]{16}$/, { error: "not the digest of a plan" }),
    name: z.string().max(255).nullable(),
  })
  .nullish();
type Confirmation = z.output<typeof confirmInput>;

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
      const { facts, verdict } = await judgeNow(halfway, host, dataset, null);
      return { ...facts.receive, verdict };
    }),

  /** What an intent would run, destroy and keep. Read afresh; changes nothing. */
  plan: procedure
    .input(z.strictObject({ id: receiveIdInput, fingerprint: fingerprintInput, intent: z.enum(intents) }))
    .query(async ({ ctx, input }): Promise<Plan> => {
      const { halfway } = ctx;
      const { id, fingerprint, intent } = input;
      const { plan } =
        intent === "abort"
          ? await abortPlanFor(halfway, id, fingerprint)
          : await transferPlanFor(halfway, id, fingerprint, intent);
      return plan;
    }),

  /** Discards a partial receive (`zfs receive -A`). */
  abort: procedure
    .input(z.strictObject({ id: receiveIdInput, fingerprint: fingerprintInput, confirm: confirmInput }))
    .mutation(async ({ ctx, input }): Promise<void> => {
      const { halfway } = ctx;
      const { host, dataset } = parseReceiveId(halfway, input.id);
      await halfway.transfers.exclusively(host.name, dataset, async () => {
        const { plan, command } = await abortPlanFor(halfway, input.id, input.fingerprint);
        requireConfirmation(plan, input.confirm);
        try {
          await runOk(command.on, command.argv, { limitMs: abortLimit, connection: "own" });
        } finally {
          await halfway.refresh(host.name);
        }
      });
    }),
});

/** Splits an id into its host, which must be configured, and its dataset, which must be a ZFS name. */
export function parseReceiveId(halfway: Halfway, id: string) {
  const at = id.indexOf(":");
  if (at < 1)
    throw new HalfwayError("BAD_INPUT", "This is not the id of a receive: it should look like host:dataset.");
  return { host: halfway.host(id.slice(0, at)), dataset: requireDatasetName(id.slice(at + 1)) };
}

/** When the state is not what the person saw, the list they look at is old: it is read again at once. */
async function newsWhenChanged<T>(halfway: Halfway, host: Host, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof HalfwayError && error.code === "CONFLICT") void halfway.refresh(host.name);
    throw error;
  }
}

/** Reads a receive afresh and plans its abort. */
async function abortPlanFor(halfway: Halfway, id: string, fingerprint: string) {
  const { host, dataset } = parseReceiveId(halfway, id);
  await halfway.askPools();
  requireAnswering(halfway, host, dataset);
  const { receive, details } = await newsWhenChanged(
    halfway,
    host,
    readReceive(host, dataset, fingerprint, halfway.seenOn(host.name)),
  );
  const [children, snapshots] =
    receive.stateIn === "dataset"
      ? [await readChildren(host, dataset), []]
      : [[], await readSnapshots(host, dataset)];
  return planAbort(receive, abortRefusal(receive, details, children), snapshots, halfway.hosts);
}

/** Gathers afresh and plans; for the preview, and once more for whatever carries it out. */
export async function transferPlanFor(
  halfway: Halfway,
  id: string,
  fingerprint: string,
  intent: TransferIntent,
): Promise<TransferPlan & { facts: Facts }> {
  const { host, dataset } = parseReceiveId(halfway, id);
  const { facts, verdict } = await judgeNow(halfway, host, dataset, fingerprint);
  const sender = senderOf(facts.answers);
  if (intent !== "start-over" || verdict.refusals[intent] !== null || !sender || !facts.decoded) {
    return { ...planTransfer(intent, facts, verdict, halfway.hosts), facts };
  }
  // Discarding comes first, and must not be what fails.
  if (facts.receive.stateIn === "dataset") {
    const refusal = abortRefusal(facts.receive, facts.details, await readChildren(host, dataset));
    if (refusal !== null) throw new HalfwayError("REFUSED", refusal);
  }
  const size = await estimateAgain(halfway.host(sender.host), facts.decoded, sender.estimate);
  return { ...planTransfer(intent, facts, verdict, halfway.hosts, size), facts };
}

/** The verdict on a receive as it is at this moment, with proof of what the source's names are. */
async function judgeNow(
  halfway: Halfway,
  host: Host,
  dataset: string,
  fingerprint: string | null,
): Promise<{ facts: Facts; verdict: Verdict }> {
  await halfway.askPools();
  requireAnswering(halfway, host, dataset);
  const { receive, details } = await newsWhenChanged(
    halfway,
    host,
    readReceive(host, dataset, fingerprint, halfway.seenOn(host.name)),
  );
  const facts = await gather(halfway.surroundings, receive, details, new HostAnswers(), true);
  const verdict = judge(facts);
  halfway.verdicts.put(facts, verdict);
  return { facts, verdict };
}

/**
 * A suspended pool answers nothing, and a command that asks it may never end (facts A20).
 * @throws HalfwayError `REFUSED`
 */
function requireAnswering(halfway: Halfway, host: Host, dataset: string): void {
  const pool = halfway.surroundings.poolsOf(host.name)?.find(({ name }) => name === poolOf(dataset));
  if (pool?.health !== "SUSPENDED") return;
  throw new HalfwayError(
    "REFUSED",
    `The pool ${pool.name} on ${host.name} is suspended: its disks stopped answering. When they are back, run zpool clear ${pool.name} there.`,
  );
}

/**
 * Makes sure that the token is still the one that was planned with: between two readings lies the time that estimates
 * take, and a token read earlier and used later gets a lie for an answer (facts A8).
 * @throws HalfwayError `CONFLICT`
 */
export async function requireSameToken(host: Host, { receive }: Facts): Promise<void> {
  const token = (await runOk(host, readToken(receive.dataset))).trim();
  if (tokenFingerprint(token) !== receive.fingerprint) throw changed(receive.dataset);
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
      "What this would run or destroy has changed since you looked. Look again, then decide.",
    );
  }
  if (plan.confirmName !== null && confirm?.name !== plan.confirmName) {
    throw new HalfwayError("BAD_INPUT", `To go on, type the dataset's name: ${plan.confirmName}`);
  }
  if ((plan.losses.length > 0 || plan.cautions.length > 0) && !confirm) {
    throw new HalfwayError("BAD_INPUT", "This destroys something: look at the plan and confirm it first.");
  }
}
