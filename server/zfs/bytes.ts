const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] as const;

/**
 * Bytes in binary units with three significant digits, as `zfs list` rounds them: `84.2 GiB`. With a point in every language:
 * ZFS knows no other, and what the page says is compared with what a terminal says, copied into tickets and searched for.
 */
export function formatBytes(bytes: bigint): string {
  let power = 0;
  let unit = 1n;
  while (power < units.length - 1 && bytes >= unit * 1024n) {
    unit *= 1024n;
    power += 1;
  }
  if (power === 0) return `${bytes} B`;
  const value = Number((bytes * 1000n) / unit) / 1000;
  // 1023.9 MiB would be written as 1024 MiB: the next unit says it better.
  if (Math.round(value) >= 1024 && power < units.length - 1) return `1 ${units[power + 1]}`;
  if (bytes % unit === 0n) return `${value} ${units[power]}`;
  const decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(decimals)} ${units[power]}`;
}
