import { formatBytes } from "@/components/format";
import type { ResumeToken } from "@/server/zfs/token";

/** What is known of a token: all of it, or what is left of one that was cut off. */
export type KnownToken = Partial<ResumeToken>;

/** The flags of `zfs send` that a token keeps: the rest of the stream is made in the same way. */
export const flags = [
  {
    field: "raw",
    option: "-w",
    name: "raw",
    means: "Blocks are sent as they are on disk; what is encrypted stays so.",
  },
  { field: "compressed", option: "-c", name: "compressed", means: "Compressed blocks are sent compressed." },
  {
    field: "largeBlocks",
    option: "-L",
    name: "large blocks",
    means: "Blocks of more than 128 KiB are not split up.",
  },
  {
    field: "embedded",
    option: "-e",
    name: "embedded",
    means: "Blocks so small that they lie in their own pointer are sent so.",
  },
] as const satisfies { field: keyof ResumeToken; option: string; name: string; means: string }[];

/** What each part of a token is called. */
const parts: [keyof ResumeToken, string][] = [
  ["toName", "the snapshot's name"],
  ["toGuid", "its GUID"],
  ["fromGuid", "whether it is full or incremental"],
  ["bytes", "how much was received"],
  ["object", "where it stopped"],
  ["raw", "how it was sent"],
];

/** A token in one sentence; null where nothing is known of it. */
export function tokenInWords(token: KnownToken): string | null {
  const { fromGuid, toName, bytes } = token;
  if (Object.keys(token).length === 0) return null;
  const kind = fromGuid === undefined ? "Send" : fromGuid === null ? "Full send" : "Incremental send";
  const facts = [
    `${kind} of ${toName ?? "a snapshot whose name is missing"}`,
    ...(bytes === undefined ? [] : [`${formatBytes(bytes)} received`]),
    ...flags.filter(({ field }) => token[field]).map(({ name }) => name),
    ...(token.redactSnaps || token.bookRedactSnaps ? ["redacted"] : []),
    ...(token.saved ? ["from a state that was saved half-way itself"] : []),
  ];
  return `${facts.join(", ")}${stoppedWords(token)}.`;
}

function stoppedWords({ object, offset }: KnownToken): string {
  if (object === undefined) return "";
  const at = offset === undefined ? "" : ` at offset ${formatBytes(offset)}`;
  return `; it stopped in object ${formatCount(object)}${at}`;
}

/** What cannot be read of a token that was cut off. */
export function missingParts(token: KnownToken): string[] {
  return parts.filter(([field]) => !(field in token)).map(([, name]) => name);
}

/** A number in groups of three digits: `42,818`. */
export function formatCount(count: bigint): string {
  return count.toLocaleString("en-US");
}

/** A GUID as ZFS's messages write it. */
export function formatHex(guid: bigint): string {
  return `0x${guid.toString(16)}`;
}
