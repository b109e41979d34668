import { formatBytes } from "@/components/format";
import type { Language } from "@/components/language/languages";
import { joined, listed, type Said, say } from "@/server/say";
import type { ResumeToken } from "@/server/zfs/token";

/** What is known of a token: all of it, or what is left of one that was cut off. */
export type KnownToken = Partial<ResumeToken>;

/** The flags of `zfs send` that a token keeps: the rest of the stream is made in the same way. */
export const flags = [
  {
    field: "raw",
    option: "-w",
    name: say`raw`,
    means: say`Blocks are sent as they are on disk; what is encrypted stays so.`,
  },
  {
    field: "compressed",
    option: "-c",
    name: say`compressed`,
    means: say`Compressed blocks are sent compressed.`,
  },
  {
    field: "largeBlocks",
    option: "-L",
    name: say`large blocks`,
    means: say`Blocks of more than 128 KiB are not split up.`,
  },
  {
    field: "embedded",
    option: "-e",
    name: say`embedded`,
    means: say`Blocks so small that they lie in their own pointer are sent so.`,
  },
] as const satisfies { field: keyof ResumeToken; option: string; name: Said; means: Said }[];

/** What each part of a token is called. */
const parts: [keyof ResumeToken, Said][] = [
  ["toName", say`the snapshot's name`],
  ["toGuid", say`its GUID`],
  ["fromGuid", say`whether it is full or incremental`],
  ["bytes", say`how much was received`],
  ["object", say`where it stopped`],
  ["raw", say`how it was sent`],
];

/** A token in a few sentences; null where nothing is known of it. */
export function tokenInWords(token: KnownToken, language: Language): Said | null {
  if (Object.keys(token).length === 0) return null;
  const { bytes, object, offset } = token;
  const how = [
    ...flags.filter(({ field }) => token[field]).map(({ name }) => name),
    ...(token.redactSnaps || token.bookRedactSnaps ? [say`redacted`] : []),
    ...(token.saved ? [say`from a state that was saved half-way itself`] : []),
  ];
  return joined([
    kindWords(token),
    ...(bytes === undefined ? [] : [say`Received: ${formatBytes(bytes)}.`]),
    ...(how.length === 0 ? [] : [say`How it is sent: ${listed(how)}.`]),
    ...(object === undefined ? [] : [stoppedWords(formatCount(object, language), offset)]),
  ]);
}

function kindWords({ fromGuid, toName }: KnownToken): Said {
  const name = toName ?? say`a snapshot whose name is missing`;
  if (fromGuid === undefined) return say`Send of ${name}.`;
  return fromGuid === null ? say`Full send of ${name}.` : say`Incremental send of ${name}.`;
}

function stoppedWords(object: string, offset: bigint | undefined): Said {
  return offset === undefined
    ? say`It stopped in object ${object}.`
    : say`It stopped in object ${object} at offset ${formatBytes(offset)}.`;
}

/** What cannot be read of a token that was cut off. */
export function missingParts(token: KnownToken): Said[] {
  return parts.filter(([field]) => !(field in token)).map(([, name]) => name);
}

/** A number in groups of three digits: `42,818`. */
export function formatCount(count: bigint, language: Language): string {
  return count.toLocaleString(language);
}

/** A GUID as ZFS's messages write it. */
export function formatHex(guid: bigint): string {
  return `0x${guid.toString(16)}`;
}
