import { z } from "zod";
import { HalfwayError } from "../errors";
import { runOk } from "../hosts/run";
import { estimateAgain, type Facts, gather } from "../receives/gather";
import { type ExecutablePlan, findSource, makePlan, type Plan } from "../receives/plan";
import { type Intent, intents, type PartialReceive } from "../receives/types";
import { requireDatasetName } from "../zfs/names";
import type { Halfway } from "./halfway";
import { procedure, router } from "./init";

/** `host:dataset`, as the list gives it. */
export const receiveIdInput = z.string().min(3).max(400);
/** What the person saw; the server refuses to act on anything else. */
export const fingerprintInput = z.string().regex(/^[0-9a-f]{16}$/, { error: "not a token fingerprint" });
/** The dataset's name as typed by the person, where the plan asks for it. */
export const confirmInput = z.string().max(255).nullish();

/** Freeing terabytes goes on in the background; but a busy pool may take its time to begin. */
const abortLimit = 120_000;

export const receivesRouter = router({
  /** Every partial receive of every host, and how current that is. */
  list: procedure.query(({ ctx }) => ctx.halfway.hostStates()),

  /** What an intent would run, destroy and keep. Read afresh; changes nothing. */
  plan: procedure
    .input(z.strictObject({ id: receiveIdInput, fingerprint: fingerprintInput, intent: z.enum(intents) }))
    .query(async ({ ctx, input }): Promise<Plan> => {
      const { executable } = await planFor(ctx.halfway, input.id, input.fingerprint, input.intent);
      return executable.plan;
    }),

  /** Discards a partial receive (`zfs receive -A`). */
  abort: procedure
    .input(z.strictObject({ id: receiveIdInput, fingerprint: fingerprintInput, confirm: confirmInput }))
    .mutation(async ({ ctx, input }): Promise<PartialReceive> => {
      const { halfway } = ctx;
      const { host, dataset } = parseReceiveId(halfway, input.id);
      return halfway.transfers.exclusively(host.name, dataset, async () => {
        const { executable, facts } = await planFor(halfway, input.id, input.fingerprint, "abort");
        requireConfirmation(executable.plan, input.confirm);
        if (!("command" in executable)) throw new HalfwayError("REFUSED", "This plan is not an abort.");
        const { on, argv } = executable.command;
        await runOk(on, argv, { limitMs: abortLimit, connection: "own" });
        await halfway.refresh(host.name);
        return facts.receive;
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

/** Gathers afresh and plans; used by the preview and, once more, by whatever carries it out. */
export async function planFor(
  halfway: Halfway,
  id: string,
  fingerprint: string,
  intent: Intent,
): Promise<{ executable: ExecutablePlan; facts: Facts }> {
  const { host, dataset } = parseReceiveId(halfway, id);
  const facts = await gather(halfway.hosts, host, dataset, fingerprint);
  if (intent !== "start-over" || facts.receive.activity.kind === "receiving") {
    return { executable: makePlan(intent, facts, halfway.hosts), facts };
  }
  const { host: source, estimate } = findSource(facts, halfway.hosts);
  const size = await estimateAgain(source, facts.decoded, estimate);
  return { executable: makePlan(intent, facts, halfway.hosts, size), facts };
}

/** @throws HalfwayError `BAD_INPUT` unless the name that the plan wants was typed. */
export function requireConfirmation(plan: Plan, confirm: string | null | undefined): void {
  if (plan.confirmName !== null && confirm !== plan.confirmName) {
    throw new HalfwayError("BAD_INPUT", `To go on, type the dataset's name: ${plan.confirmName}`);
  }
}
