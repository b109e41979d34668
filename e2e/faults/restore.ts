import { netRestore, powerOn, status } from "../lab";

/** Turns power and network on again where a fault has left them off. */
export async function restoreHosts(): Promise<void> {
  const { hosts } = await status();
  const off = hosts.filter(({ running }) => !running).map(({ name }) => name);
  if (off.length > 0) await powerOn(...off);
  for (const { name, netCut } of hosts) if (netCut) await netRestore(name);
}
