import { loadConfiguration } from "../server/configuration/configuration";
import type { Host } from "../server/hosts/config";

/** The hosts that a configuration file names, as Halfway itself reads it. */
export function hostsIn(file: string): readonly Host[] {
  const { hosts } = loadConfiguration({ HALFWAY_CONFIG: file });
  if (hosts === null) throw new Error(`${file} names no hosts.`);
  return hosts;
}
