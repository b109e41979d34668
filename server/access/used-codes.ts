import { HalfwayError } from "../errors";
import type { Said } from "../say";

/** Longer than an app's code is taken: half a minute, and as much before and after for clocks that differ. */
const rememberedFor = 3 * 60_000;

/** Codes of apps that let somebody in: each counts once (RFC 6238, 5.2), also for who watched it being typed. */
export class UsedCodes {
  readonly #used = new Map<string, number>();

  /**
   * Takes a code that was not taken yet.
   * @param whose the account's name.
   * @param prove throws where the code is wrong; then it does not count as used.
   * @throws HalfwayError `REFUSED` with `refusal` for a code that was, and whatever `prove` throws.
   */
  async once<T>(whose: string, code: string, refusal: Said, prove: () => Promise<T>): Promise<T> {
    const key = `${whose} ${code}`;
    const now = performance.now();
    for (const [used, at] of this.#used) if (now - at > rememberedFor) this.#used.delete(used);
    if (this.#used.has(key)) throw new HalfwayError("REFUSED", refusal);
    // Before it is proven: of two at the same moment only one gets through.
    this.#used.set(key, now);
    try {
      return await prove();
    } catch (error) {
      this.#used.delete(key);
      throw error;
    }
  }
}
