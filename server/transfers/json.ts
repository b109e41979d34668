import { z } from "zod";

export { jsonOf } from "../store/json";

/** JSON of anything of ours: 64-bit numbers as text. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, item) => (typeof item === "bigint" ? item.toString() : item));
}

/** A 64-bit number as `toJson` writes it. */
export const bigintText = z
  .string()
  .regex(/^\d+$/)
  .transform((text) => BigInt(text));
