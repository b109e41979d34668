import manifest from "../package.json";

/** Which Halfway this is. */
export const version = manifest.version;

/** A version as one number, which SQLite keeps in the head of its file (`user_version`). */
export function versionNumber(text: string): number {
  const [major = 0, minor = 0, patch = 0] = text.split(/[.-]/, 3).map(Number);
  return (major * 1_000 + minor) * 1_000 + patch;
}

/** The version that such a number stands for; null for files of before they were kept there. */
export function versionOf(number: number): string | null {
  if (number <= 0) return null;
  return [Math.floor(number / 1_000_000), Math.floor(number / 1_000) % 1_000, number % 1_000].join(".");
}
