/** A failure of the lab, told as one sentence that says what to do about it. */
export class LabError extends Error {
  override readonly name = "LabError";
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
