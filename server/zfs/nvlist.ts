/** A value as ZFS packs it. `null` is one of a type that this reader has no use for. */
export type NvValue = bigint | bigint[] | Buffer | true | null;

/** What a packed list holds, and how it ended: as it should, too early, or with something that is no list. */
export type Nvlist = { pairs: Map<string, NvValue>; end: "closed" | "cut" | "damaged" };

/** Pair types of an nvlist (sys/nvpair.h). */
const nvType = { boolean: 1, uint64: 8, string: 9, uint64Array: 16 } as const;

const headSize = 12;
const pairHeadSize = 16;

/**
 * Reads an nvlist in NATIVE encoding (facts C.1): 4 byte header, version, flags, then pairs until a size of 0.
 * Of a list that is cut off it reads the pairs that are there to their last byte.
 */
export function readNvlist(bytes: Buffer): Nvlist {
  const pairs = new Map<string, NvValue>();
  if (bytes.length < headSize) return { pairs, end: "cut" };
  const [encoding, order = 0] = bytes;
  if (encoding !== 0 || order > 1) return { pairs, end: "damaged" };
  const little = order === 1;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = headSize; at + 4 <= bytes.length; ) {
    const size = view.getInt32(at, little);
    if (size === 0) return { pairs, end: "closed" };
    if (size < pairHeadSize) return { pairs, end: "damaged" };
    if (at + size > bytes.length) break;
    const pair = readPair(bytes.subarray(at, at + size), little);
    // Names are unique. Of two, ZFS might go by the one that we do not show.
    if (!pair || pairs.has(pair.name)) return { pairs, end: "damaged" };
    pairs.set(pair.name, pair.value);
    at += size;
  }
  return { pairs, end: "cut" };
}

function readPair(bytes: Buffer, little: boolean): { name: string; value: NvValue } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const nameSize = view.getUint16(4, little);
  const elements = view.getInt32(8, little);
  const type = view.getInt32(12, little);
  const valueAt = Math.ceil((pairHeadSize + nameSize) / 8) * 8;
  if (nameSize === 0 || valueAt > bytes.length) return null;
  const name = bytes.toString("utf8", pairHeadSize, pairHeadSize + nameSize - 1);
  switch (type) {
    case nvType.boolean:
      return { name, value: true };
    case nvType.uint64:
      if (valueAt + 8 > bytes.length) return null;
      return { name, value: view.getBigUint64(valueAt, little) };
    case nvType.string: {
      const end = bytes.indexOf(0, valueAt);
      return end < 0 ? null : { name, value: bytes.subarray(valueAt, end) };
    }
    case nvType.uint64Array: {
      if (elements < 0 || valueAt + 8 * elements > bytes.length) return null;
      const number = (_: unknown, index: number) => view.getBigUint64(valueAt + 8 * index, little);
      return { name, value: Array.from({ length: elements }, number) };
    }
    default:
      return { name, value: null };
  }
}
