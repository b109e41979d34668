import { isIP } from "node:net";
import { z } from "zod";

const shortestSecret = 24;
/** What has a meaning of its own names nobody. */
const notForNames = /^(host|cookie|authorization|origin|content-.*|sec-.*|x-forwarded-.*|x-halfway.*)$/;

/** A proxy in front that says who somebody is, as the configuration has it. */
export const proxySettings = z.strictObject({
  /** The header in which it does, in lower case. */
  userHeader: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9-]+$/)
    .refine((name) => !notForNames.test(name)),
  secret: z.string().min(shortestSecret),
  /** Where it connects from. */
  peers: z.array(z.string().trim().refine(isNetwork)).min(1),
});
export type ProxySettings = z.output<typeof proxySettings>;

/** An address, or a network as `10.0.0.0/8`. */
export function networkOf(text: string): { address: string; length: number; family: "ipv4" | "ipv6" } | null {
  const [address = "", bits] = text.split("/");
  const version = isIP(address);
  const longest = version === 6 ? 128 : 32;
  const length = bits === undefined ? longest : Number(bits);
  if (version === 0 || bits === "" || !Number.isInteger(length) || length < 0 || length > longest)
    return null;
  return { address, length, family: version === 6 ? "ipv6" : "ipv4" };
}

function isNetwork(text: string): boolean {
  return networkOf(text) !== null;
}
