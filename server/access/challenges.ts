import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const goodFor = 5 * 60_000;
const macBytes = 32;

/**
 * Random bytes that a passkey signs. Each is good once, for what it was issued for, and for five minutes. It carries its own
 * proof: whoever asks for many of them fills nobody's memory.
 */
export class Challenges {
  readonly #key = randomBytes(32);
  /** Those that were used, until they would be too old anyway. */
  readonly #spent = new Map<string, number>();

  /** @param purpose what a signature of it will be good for, and for nothing else. */
  issue(purpose: string): Uint8Array<ArrayBuffer> {
    const until = Buffer.alloc(8);
    until.writeBigUInt64BE(BigInt(Date.now() + goodFor));
    const body = Buffer.concat([randomBytes(16), until]);
    return Uint8Array.from(Buffer.concat([body, this.#mac(body, purpose)]));
  }

  /** Whether it was issued here for that, and is still good. @param challenge in base64url, as browsers send it back. */
  isGood(challenge: string, purpose: string): boolean {
    const bytes = Buffer.from(challenge, "base64url");
    const body = bytes.subarray(0, -macBytes);
    if (body.length !== 24) return false;
    if (!timingSafeEqual(bytes.subarray(-macBytes), this.#mac(body, purpose))) return false;
    return Number(body.readBigUInt64BE(16)) > Date.now() && !this.#spent.has(keyOf(body));
  }

  /** Uses one up; false where somebody else was quicker, or it is not good. */
  spend(challenge: string, purpose: string): boolean {
    if (!this.isGood(challenge, purpose)) return false;
    const now = Date.now();
    for (const [key, until] of this.#spent) if (until <= now) this.#spent.delete(key);
    this.#spent.set(keyOf(Buffer.from(challenge, "base64url").subarray(0, -macBytes)), now + goodFor);
    return true;
  }

  #mac(body: Buffer, purpose: string): Buffer {
    return createHmac("sha256", this.#key).update(body).update(purpose).digest();
  }
}

function keyOf(body: Buffer): string {
  return body.toString("base64url");
}
