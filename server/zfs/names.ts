import { z } from "zod";
import { HalfwayError } from "../errors";

// zfs_namecheck.c: letters, digits and `-_.: ` in each component, a pool starts with a letter, 255 bytes in all.
// A leading letter also means that no name can ever be taken for an option.
const component = "(?!\\.{1,2}(?:/|@|#|$))[A-Za-z0-9_.: -]+";
const dataset = `(?=[A-Za-z])${component}(?:/${component})*`;
const snapshotPart = "[A-Za-z0-9_.: -]+";

const malformed =
  "is not a ZFS dataset name (letters, digits and - _ . : / and spaces, starting with a letter)";

/** A filesystem or volume, for example `tank/home`. Refuses anything ZFS itself would refuse. */
export const datasetName = z
  .string()
  .max(255, { error: "A ZFS name has at most 255 characters" })
  .regex(new RegExp(`^${dataset}$`), {
    error: (issue) => `“${String(issue.input).slice(0, 80)}” ${malformed}`,
  });

/** A snapshot, for example `tank/home@monday`. */
export const snapshotName = z
  .string()
  .max(255)
  .regex(new RegExp(`^${dataset}@${snapshotPart}$`), { error: "not a ZFS snapshot name" });

/** A snapshot or bookmark that an incremental send may start from: `tank/home@monday` or `tank/home#monday`. */
export const baseName = z
  .string()
  .max(255)
  .regex(new RegExp(`^${dataset}[@#]${snapshotPart}$`), { error: "not a ZFS snapshot or bookmark name" });

/**
 * The hidden child that holds an interrupted receive into an existing dataset (facts A3, C.2).
 * It may be read and destroyed by name, never created or renamed.
 */
export function receiveChild(name: string): string {
  return `${name}/%recv`;
}

/** `tank/home@monday` → `tank/home`; a name without `@` or `#` is returned as it is. */
export function datasetOf(name: string): string {
  return name.replace(/[@#].*$/s, "");
}

/** Throws `BAD_INPUT` unless `name` is a dataset name. */
export function requireDatasetName(name: string): string {
  const parsed = datasetName.safeParse(name);
  if (!parsed.success) throw new HalfwayError("BAD_INPUT", parsed.error.issues[0]?.message ?? malformed);
  return parsed.data;
}
