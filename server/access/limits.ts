import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { HalfwayError } from "../errors";
import { counted, say } from "../say";
import type { Person } from "./caller";

const fiveMinutes = 5 * 60;

/**
 * Slows down whoever guesses passwords. Counted by account and over all of them, not by address: behind a proxy, or by a
 * header that anybody can send, addresses are whatever the sender likes.
 */
export class Limits {
  readonly #each = new RateLimiterMemory({ points: 10, duration: fiveMinutes });
  readonly #all = new RateLimiterMemory({ points: 60, duration: fiveMinutes });

  /**
   * Counts an attempt at a secret by somebody who is not signed in; what succeeds makes up for those before.
   * @param name whose account it is.
   * @param succeeded whether the whole secret was known; a password without its second factor is only half of it.
   * @throws HalfwayError `TOO_MANY`, and whatever `attempt` throws.
   */
  async atDoor<T>(name: string, attempt: () => Promise<T>, succeeded: (result: T) => boolean): Promise<T> {
    // First of all: else whoever makes up names would fill the memory with them.
    await take(this.#all, "all", 0);
    await take(this.#each, `account ${name}`);
    await take(this.#all, "all");
    const result = await attempt();
    if (succeeded(result)) {
      await this.#each.delete(`account ${name}`);
      await this.#all.reward("all");
    }
    return result;
  }

  /**
   * The same by somebody who is signed in, counted by their session: nobody at the door keeps them from what is theirs.
   * @throws HalfwayError `TOO_MANY`, and whatever `attempt` throws.
   */
  async inside<T>({ session }: Person, attempt: () => Promise<T>): Promise<T> {
    await take(this.#each, `session ${session}`);
    const result = await attempt();
    await this.#each.delete(`session ${session}`);
    return result;
  }
}

/** Slows down whoever does one thing after the other: that is no person, but a program that has run wild. */
export class Brake {
  readonly #each: RateLimiterMemory;

  /** @param points how much somebody may do in five minutes. */
  constructor(points: number) {
    this.#each = new RateLimiterMemory({ points, duration: fiveMinutes });
  }

  /** Counts one thing. @throws HalfwayError `TOO_MANY` */
  async take(who: string): Promise<void> {
    await take(this.#each, who);
  }
}

async function take(limiter: RateLimiterMemory, key: string, points = 1): Promise<void> {
  try {
    await limiter.consume(key, points);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    const minutes = Math.ceil(refused.msBeforeNext / 60_000);
    throw new HalfwayError(
      "TOO_MANY",
      counted(
        minutes,
        say`That was too often. Try again in a minute.`,
        say`That was too often. Try again in ${minutes} minutes.`,
      ),
    );
  }
}
