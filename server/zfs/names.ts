import { z } from "zod";
import { HalfwayError } from "../errors";
import { recalled, type Said, say } from "../say";

// zfs_namecheck.c: letters, digits and `-_.: ` in each component, a pool starts with a letter, 255 bytes in all.
// A leading letter also means that no name can ever be taken for an option.
const component = "(?!\\.{1,2}(?:/|@|#|$))[A-Za-z0-9_.: -]+";
const dataset = `(?=[A-Za-z])${component}(?:/${component})*`;

const tooLong = say`A ZFS name has at most 255 characters.`;

function noDataset(text: unknown): Said {
  return say`“${shortened(text)}” is not a ZFS dataset name (letters, digits and - _ . : / and spaces, starting with a letter).`;
}

function shortened(text: unknown): string {
  return String(text).slice(0, 80);
}

/** A filesystem or volume, for example `tank/home`. Refuses anything ZFS itself would refuse. */
export const datasetName = z
  .string()
  .max(255, { error: tooLong })
  .regex(new RegExp(`^${dataset}$`), {
    error: (issue) => noDataset(issue.input),
  });

/** A snapshot, for example `tank/home@monday`. */
export const snapshotName = z
  .string()
  .max(255, { error: tooLong })
  .regex(new RegExp(`^${dataset}@${component}$`), {
    error: (issue) => say`“${shortened(issue.input)}” is not the name of a snapshot (dataset@name).`,
  });

/**
 * The hidden child that holds an interrupted receive into an existing dataset (facts A3, C.2).
 * It may be read and destroyed by name, never created or renamed.
 */
export function receiveChild(name: string): string {
  return `${name}/%recv`;
}

/** The pool of a dataset, snapshot or bookmark: `tank` of `tank/home@monday`. */
export function poolOf(name: string): string {
  return name.replace(/[/@#].*$/s, "");
}

/** The dataset of a snapshot or bookmark: `tank/home` of `tank/home@monday`. */
export function datasetOf(name: string): string {
  return name.replace(/[@#].*$/s, "");
}

/** The datasets above one, the pool first: `tank`, `tank/home` of `tank/home/anna`. */
export function ancestors(dataset: string): string[] {
  const parts = dataset.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
}

/** Why `name` is no dataset name; null where it is one. */
export function datasetProblem(name: string): Said | null {
  const { error } = datasetName.safeParse(name);
  return error ? recalled(error.issues[0]?.message ?? noDataset(name)) : null;
}

/** Throws `BAD_INPUT` unless `name` is a dataset name. */
export function requireDatasetName(name: string): string {
  const problem = datasetProblem(name);
  if (problem !== null) throw new HalfwayError("BAD_INPUT", problem);
  return name;
}
