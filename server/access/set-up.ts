import { randomBytes } from "node:crypto";
import { isSameSecret } from "./same-secret";

/** What whoever can read the log shows once, to make the first account; nobody becomes admin by being the first visitor. */
export class SetUpToken {
  readonly #token = randomBytes(16)
    .toString("hex")
    .replaceAll(/(.{8})(?=.)/g, "$1-");
  #spent = false;

  get text(): string {
    return this.#token;
  }

  /**
   * Spends the token while something is done with it, so that it is done once; it is good again where that failed.
   * @returns false where it is not this token, or spent.
   */
  async spend(shown: string, act: () => Promise<void>): Promise<boolean> {
    if (this.#spent || !isSameSecret(shown.trim().toLowerCase(), this.#token)) return false;
    this.#spent = true;
    try {
      await act();
      return true;
    } catch (error) {
      this.#spent = false;
      throw error;
    }
  }
}
