import { isIPv6 } from "node:net";
import { counted, type Said, say } from "../say";
import { formatBytes } from "../zfs/bytes";
import { redactTokens } from "../zfs/token";

/** What somebody may want to be told of. */
export const kinds = [
  "interrupted",
  "stalled",
  "failed",
  "unresumable",
  "finished",
  "unreachable",
  "pool",
  "old",
] as const;
export type Kind = (typeof kinds)[number];

/** What something is about; what does not apply is null. */
export type About = {
  host: string;
  dataset: string | null;
  pool: string | null;
  transferId: string | null;
};

/** One thing that somebody is told. */
export type News = About & {
  kind: Kind;
  /** When it was noticed, milliseconds. */
  at: number;
  /** Whether it does not wait for the end of the quiet hours. */
  urgent: boolean;
  says: Said;
};

const minute = 60_000;
const day = 24 * 60 * minute;

/** What is said of each, in a sentence or two. No token is ever in it, and no address that the message can do without. */
export const sayings = {
  interrupted: (host: string, dataset: string, held: bigint, verdict: string): Said =>
    say`A receive stopped half-way: ${dataset} on ${host}, where it holds ${formatBytes(held)}. ${outward(verdict)}`,
  stalled: (host: string, dataset: string, still: number): Said =>
    counted(
      Math.floor(still / minute),
      say`For a minute nothing has arrived in ${dataset} on ${host}, though it is being received.`,
      say`For ${Math.floor(still / minute)} minutes nothing has arrived in ${dataset} on ${host}, though it is being received.`,
    ),
  failed: (host: string, dataset: string, why: string | null): Said =>
    why === null
      ? say`The transfer into ${dataset} on ${host} has failed.`
      : say`The transfer into ${dataset} on ${host} has failed. ${outward(why)}`,
  unresumable: (host: string, dataset: string, verdict: string): Said =>
    say`${dataset} on ${host} cannot be finished. ${outward(verdict)}`,
  finished: (host: string, dataset: string, bytes: bigint): Said =>
    say`The transfer into ${dataset} on ${host} is finished: ${formatBytes(bytes)}.`,
  unreachable: (host: string, silent: number): Said =>
    silent < minute
      ? say`${host} does not answer any more.`
      : counted(
          Math.floor(silent / minute),
          say`${host} has not answered for a minute.`,
          say`${host} has not answered for ${Math.floor(silent / minute)} minutes.`,
        ),
  pool: (host: string, pool: string, health: string, readonly: boolean): Said =>
    readonly
      ? say`The pool ${pool} on ${host} can only be read (${health}).`
      : say`The pool ${pool} on ${host} is in trouble: ${health}.`,
  old: (host: string, dataset: string, held: bigint, age: number): Said =>
    counted(
      Math.floor(age / day),
      say`${dataset} on ${host} has been half-received for a day, and holds ${formatBytes(held)}.`,
      say`${dataset} on ${host} has been half-received for ${Math.floor(age / day)} days, and holds ${formatBytes(held)}.`,
    ),
} as const;

const v4 = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g;
/** May be an IPv6 address, or a time of day. */
const colons = /[0-9a-f]*:[0-9a-f:]*[0-9a-f]/gi;

/** Words of others as they may leave the house: without tokens, and without addresses, which the host's name stands for. */
export function outward(text: string): string {
  return redactTokens(text)
    .replace(v4, "…")
    .replace(colons, (some) => (isIPv6(some) ? "…" : some));
}

type Addressed = { readonly name: string; readonly address: string };

/** Where ssh names the machine it spoke of: also one that only its own configuration knows by that name. */
const named =
  /(\b(?:to host|hostname|host key is known for|connection to|(?:closed|reset|disconnect) (?:by|from)) )([\w.@-]+)(?= port \d|:| closed| timed out| and you)|()(?<![\w./@-])([\w.-]+@[\w.-]+)(?=: Permission denied \()/gi;

/** Puts the names that hosts have in Halfway in the place of their addresses, in words of others. */
export function namesFor(hosts: readonly Addressed[]): (text: string) => string {
  const names = new Set(hosts.map(({ name }) => name));
  const nameAt = new Map(hosts.map(({ name, address }) => [bare(address), name]));
  const ways = [...hosts]
    // Where it stands by itself a single word may be anything, a pool's name for example.
    .filter(({ address }) => /^[^\s/]*[.:@][^\s/]*$/.test(address))
    .sort((one, other) => other.address.length - one.address.length)
    .map(({ name, address }) => {
      const login = /[.:]/.test(bare(address))
        ? `(?:[\\w.-]+@)?${escaped(bare(address))}`
        : escaped(address.toLowerCase());
      return { name, pattern: new RegExp(`(?<![\\w./@:-])${login}(?![\\w/@-]|\\.\\w)`, "gi") };
    });
  return (text) =>
    ways
      .reduce((words, { name, pattern }) => words.replace(pattern, () => name), text)
      .replace(named, (_, said = "", one, __, other) => {
        const address = one ?? other;
        return said + (names.has(address) ? address : (nameAt.get(bare(address)) ?? "…"));
      });
}

/** An address without its user, as ssh would say it. */
function bare(address: string): string {
  return address.replace(/^.*@/, "").toLowerCase();
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
