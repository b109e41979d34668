import picomatch from "picomatch";
import { z } from "zod";
import type { PartialReceive } from "../receives/types";
import { counted, type Said, say } from "../say";
import type { Store } from "../store/store";
import { jsonOf } from "./json";

const pattern = z.string().min(1).max(300);
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: say`Write a time like 22:30.` });

/** A rule for receives that Halfway did not begin. Never `-F`, never an abort: only what a plain resume can do. */
export const policySchema = z.strictObject({
  id: z.uuid(),
  name: z.string().trim().min(1).max(80),
  /** Patterns as shells have them: `*` within a name, `**` across slashes, `{a,b}`. */
  hosts: pattern,
  datasets: pattern,
  /** `off` keeps other policies away, `ask` shows what could be resumed, `resume` does it. */
  mode: z.enum(["off", "ask", "resume"]),
  /** How long a receive must have stood still. */
  idleMinutes: z.number().min(1).max(100_000),
  /** When it may be begun, by the clock of Halfway's machine; past midnight where `to` is earlier. Null for always. */
  window: z.strictObject({ from: timeOfDay, to: timeOfDay }).nullable(),
  /** How often this policy begins the same receive; a transfer that was begun tries again by itself. */
  attempts: z.int().min(1).max(1_000),
});
export type Policy = z.output<typeof policySchema>;

export const policiesInput = z.array(policySchema).max(100);

/** What is known of a receive beside itself. */
export type Standing = {
  /** Since when its token has not moved, milliseconds; null where that is not known yet. */
  stillSince: number | null;
  /** How often this policy has begun it. */
  begun: (policy: Policy) => number;
  /** Whether a transfer into it runs or waits. */
  active: boolean;
  /** Whether somebody has stopped the last transfer into it. */
  stopped: boolean;
};

/** What a policy says of a receive now. */
export type Decision = {
  policy: Policy;
  what: "resume" | "ask" | "not-now" | "off";
  /** Why not now; null where it is now. */
  because: Said | null;
};

/**
 * What the first policy that fits a receive says of it; null where none does. Pure.
 * @param now by the clock of Halfway's machine.
 */
export function decide(
  policies: readonly Policy[],
  receive: PartialReceive,
  standing: Standing,
  now: Date,
): Decision | null {
  const policy = policies.find(
    ({ hosts, datasets }) => matches(hosts, receive.host) && matches(datasets, receive.dataset),
  );
  if (!policy) return null;
  if (policy.mode === "off") return { policy, what: "off", because: say`This policy leaves it alone.` };
  const because = whyNotNow(policy, receive, standing, now);
  return { policy, what: because === null ? policy.mode : "not-now", because };
}

function whyNotNow(policy: Policy, receive: PartialReceive, standing: Standing, now: Date): Said | null {
  const { verdict, activity } = receive;
  if (standing.active) return say`A transfer into it runs or waits already.`;
  if (activity.kind === "receiving") return say`It is being received.`;
  if (standing.stopped) return say`Somebody has stopped its last transfer: that is theirs to resume.`;
  if (verdict === null) return say`It is not judged yet.`;
  if (verdict.kind !== "resumable") return verdict.sentence;
  const [caution] = verdict.cautions;
  if (caution !== undefined) return caution;
  const still = standing.stillSince === null ? 0 : now.getTime() - standing.stillSince;
  if (still < policy.idleMinutes * 60_000) {
    const left = Math.ceil(policy.idleMinutes - still / 60_000);
    return counted(
      left,
      say`It has to stand still for one more minute.`,
      say`It has to stand still for ${left} more minutes.`,
    );
  }
  const begun = standing.begun(policy);
  if (begun >= policy.attempts) {
    return counted(
      begun,
      say`It was begun once by this policy: that is all it allows.`,
      say`It was begun ${begun} times by this policy: that is all it allows.`,
    );
  }
  if (policy.window !== null && !isWithin(policy.window, now)) {
    return say`Only between ${policy.window.from} and ${policy.window.to}.`;
  }
  return null;
}

/** Whether a moment lies in a window of the day, its end not included; one that ends before it begins spans midnight. */
export function isWithin({ from, to }: { from: string; to: string }, now: Date): boolean {
  const clock = `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
  return from <= to ? clock >= from && clock < to : clock >= from || clock < to;
}

function matches(glob: string, name: string): boolean {
  return picomatch.isMatch(name, glob, { dot: true });
}

/** The policies as they were last saved, first to last. */
export class Policies {
  #current: readonly Policy[] = [];

  constructor(private readonly store: Store) {}

  get current(): readonly Policy[] {
    return this.#current;
  }

  async load(): Promise<void> {
    const rows = await this.store.db.selectFrom("policy").selectAll().orderBy("place").execute();
    this.#current = rows.flatMap(({ id, policy }) => {
      const parsed = policySchema.safeParse(jsonOf(policy));
      if (!parsed.success) console.error(`halfway: policy ${id} cannot be read; it does nothing`);
      return parsed.success ? [parsed.data] : [];
    });
  }

  /** Takes the place of all there were. */
  save(policies: readonly Policy[]): void {
    this.#current = policies;
    const rows = policies.map((policy, place) => ({ id: policy.id, place, policy: JSON.stringify(policy) }));
    this.store.write((db) =>
      db.transaction().execute(async (all) => {
        await all.deleteFrom("policy").execute();
        if (rows.length > 0) await all.insertInto("policy").values(rows).execute();
      }),
    );
  }
}
