import { z } from "zod";
import { HalfwayError } from "../errors";
import { say } from "../say";
import { runOn } from "./run";

/** The kinds of host keys that are taken, the best first: one of a host suffices. */
const kinds = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "ssh-rsa",
] as const;

/** A host's public key as `known_hosts` has it: its kind and its blob. */
export const hostKey = z
  .string()
  .max(2_000)
  .regex(new RegExp(`^(?:${kinds.join("|")}) [A-Za-z0-9+/]+={0,2}$`), { error: say`This is no host key.` });

/** The best of the keys that `ssh-keyscan` found: `host kind blob` on each line. Null where there is none. */
export function bestKey(stdout: string): string | null {
  const found = stdout.split("\n").flatMap((line) => {
    const [, kind = "", blob = ""] = line.startsWith("#") ? [] : line.split(" ");
    const key = hostKey.safeParse(`${kind} ${blob}`);
    return key.success ? [key.data] : [];
  });
  const rank = (key: string) => kinds.findIndex((kind) => key.startsWith(`${kind} `));
  return found.sort((one, other) => rank(one) - rank(other))[0] ?? null;
}

/** Where a host listens, as `known_hosts` names it: the address alone on port 22. */
export function knownAs(address: string, port: number | null): string {
  // ssh looks names up in small letters.
  const name = address.toLowerCase();
  return port === null || port === 22 ? name : `[${name}]:${port}`;
}

/** The address in `user@address`. */
export function addressIn(destination: string): string {
  return destination.replace(/^.*@/, "");
}

const patience = { limitMs: 25_000 };

/** The best kind first, and alone: each kind is a handshake of its own, which a small machine may take seconds for. */
const askedFor = ["ed25519", "ecdsa,rsa"];

/**
 * Asks a host for its key; nothing else is sent to it, and nobody signs in.
 * @throws HalfwayError `UNREACHABLE` where nobody answers, or in another tongue than SSH.
 */
export async function fetchHostKey(destination: string, port: number | null): Promise<string> {
  const address = addressIn(destination);
  const here = { name: "this machine", local: true } as const;
  const where = [...(port === null ? [] : ["-p", String(port)]), "--", address];
  let stderr = "";
  for (const kind of askedFor) {
    const said = await runOn(here, ["ssh-keyscan", "-T", "20", "-t", kind, ...where], patience);
    const key = bestKey(said.stdout);
    if (key !== null) return key;
    stderr = said.stderr;
    // Where not even a server's greeting was heard, another kind of key is no use.
    if (!stderr.includes("SSH-2.0")) break;
  }
  const words = stderr
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .at(-1);
  const at = knownAs(address, port);
  const message = words
    ? say`No SSH server answered at ${at}: ${words}`
    : say`No SSH server answered at ${at}.`;
  throw new HalfwayError("UNREACHABLE", message, stderr);
}
