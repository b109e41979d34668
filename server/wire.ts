/*
 * How values travel between the server and its pages: as JSON below `json`, with 64-bit numbers as `{ "$bigint": "123" }`. There
 * is nothing else that JSON lacks: moments are milliseconds, and what is not there is left out.
 */

const key = "$bigint";

function written(value: unknown): unknown {
  if (typeof value === "bigint") return { [key]: String(value) };
  return inside(value, written);
}

function read(value: unknown): unknown {
  if (typeof value === "object" && value !== null && key in value) {
    const digits = value[key];
    if (typeof digits === "string" && /^-?\d{1,40}$/.test(digits)) return BigInt(digits);
  }
  return inside(value, read);
}

function inside(value: unknown, change: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, change(inner)]));
}

export const wire = {
  serialize: (value: unknown): { json?: unknown } => ({ json: written(value) }),
  deserialize: (sent: { json?: unknown } | undefined): unknown => read(sent?.json),
};
