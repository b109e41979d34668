import { sentence } from "../errors";
import type { PartialReceive } from "../receives/types";
import { plain, type Said, say } from "../say";
import { redactTokens } from "../zfs/token";
import type { History } from "./history";
import { type Decision, decide, type Policies, type Policy, type Standing } from "./policies";
import type { Transfers } from "./transfers";

const lookEvery = 20_000;

/** What the resuming of others' receives needs of the rest of Halfway. */
export type Others = {
  policies: Policies;
  history: History;
  transfers: Transfers;
  /** Every receive of every host that answers. */
  receives: () => PartialReceive[];
  /** Resumes a receive as one click would, planned afresh; throws where that is refused. */
  resume: (receive: PartialReceive, by: string) => Promise<void>;
};

/** Resumes, where a policy says so, receives that Halfway did not begin. */
export class AutoResume {
  /** Since when each receive has had the token it has; milliseconds of a clock that nobody sets. */
  readonly #still = new Map<string, { fingerprint: string; since: number }>();
  #timer: NodeJS.Timeout | null = null;
  #busy = false;

  constructor(private readonly others: Others) {}

  start(): void {
    this.#timer = setInterval(() => void this.#look(), lookEvery);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  /** What policies would do with each receive at this moment; those that none fits are left out. Changes nothing. */
  async preview(
    policies: readonly Policy[] = this.others.policies.current,
  ): Promise<{ receive: PartialReceive; decision: Decision }[]> {
    const now = new Date();
    const decided = await Promise.all(
      this.others.receives().map(async (receive) => {
        const decision = decide(policies, receive, await this.#standingOf(receive), now);
        return decision ? [{ receive, decision }] : [];
      }),
    );
    return decided.flat();
  }

  async #look(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      this.#noticeStill();
      if (this.others.policies.current.length === 0) return;
      for (const { receive, decision } of await this.preview()) {
        if (decision.what === "resume") await this.#resume(receive, decision.policy);
      }
    } catch (error) {
      console.error("halfway: the policies could not be looked into:", error);
    } finally {
      this.#busy = false;
    }
  }

  async #resume(receive: PartialReceive, policy: Policy): Promise<void> {
    try {
      await this.others.resume(receive, byWords(policy));
    } catch (error) {
      // What is refused now may be allowed in a while; the page shows the verdict meanwhile.
      const why = redactTokens(plain(sentence(error)));
      console.warn(`halfway: policy “${policy.name}” did not resume ${receive.id}: ${why}`);
    }
  }

  #noticeStill(): void {
    const receives = this.others.receives();
    const ids = new Set(receives.map(({ id }) => id));
    for (const id of this.#still.keys()) if (!ids.has(id)) this.#still.delete(id);
    for (const { id, fingerprint, activity } of receives) {
      const known = this.#still.get(id);
      if (activity.kind === "receiving") this.#still.delete(id);
      else if (known?.fingerprint !== fingerprint)
        this.#still.set(id, { fingerprint, since: performance.now() });
    }
  }

  async #standingOf({ id, host, dataset, token }: PartialReceive): Promise<Standing> {
    const still = this.#still.get(id);
    const asked = token.ok ? await this.others.history.askedFor(host, dataset, token.value.toGuid) : [];
    return {
      stillSince: still ? Date.now() - (performance.now() - still.since) : null,
      stopped: asked.at(-1)?.state === "stopped",
      begun: (policy) => asked.filter(({ by }) => plain(by) === plain(byWords(policy))).length,
      active: this.others.transfers.activeFor(host, dataset) !== undefined,
    };
  }
}

function byWords(policy: Policy): Said {
  return say`policy “${policy.name}”`;
}
