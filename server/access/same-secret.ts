import { createHash, timingSafeEqual } from "node:crypto";

/** Whether a secret that was shown is the right one; how long that takes tells nothing about it. */
export function isSameSecret(shown: string, secret: string): boolean {
  return timingSafeEqual(digestOf(shown), digestOf(secret));
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
