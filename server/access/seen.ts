/** As exactly as is worth knowing: a disk is not written to for each request. */
const aMinute = 60_000;

/**
 * Keeps that something is used now, unless that was kept a moment ago. Nobody is kept out where it cannot be written.
 * @param before what was kept last.
 */
export async function remember(
  before: number | null,
  write: (now: number) => Promise<unknown>,
): Promise<void> {
  const now = Date.now();
  if (before !== null && Math.abs(now - before) < aMinute) return;
  await write(now).catch(() => {});
}
