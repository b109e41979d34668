import type { Host } from "@/server/hosts/config";
import { runOk } from "@/server/hosts/run";
import {
  type Facts,
  gather,
  HostAnswers,
  readReceive,
  type SurroundingsWithRoutes,
} from "@/server/receives/gather";
import { judge } from "@/server/receives/judge";
import { plainRoute, type Route } from "@/server/receives/route";
import type { Verdict } from "@/server/receives/types";
import { describePools } from "@/server/zfs/commands";
import { parsePools } from "@/server/zfs/output";
import { hostsIn } from "../hosts-in";
import { configFile } from "../lab";

/** The lab's hosts, as the page gets them. */
export const hosts = hostsIn(configFile);
export const nas = named("nas");
export const tower = named("tower");

function named(name: string): Host {
  const host = hosts.find((candidate) => candidate.name === name);
  if (!host) throw new Error(`the lab's configuration has no ${name}`);
  return host;
}

/** Streams go the plain way: so small ones do. */
export const findRoute = async (): Promise<Route> => plainRoute;

/** What the watchers would know of the hosts at this moment. */
export async function surroundings(among: readonly Host[] = hosts): Promise<SurroundingsWithRoutes> {
  const pools = new Map(
    await Promise.all(
      among.map(async (host) => {
        const known = await runOk(host, describePools()).then(parsePools, () => null);
        return [host.name, known] as const;
      }),
    ),
  );
  return {
    hosts: among,
    poolsOf: (name) => pools.get(name) ?? null,
    lastFailure: () => null,
    silenceOf: () => null,
    findRoute,
  };
}

/** Facts and verdict on a receive on nas, exactly as a plan would find them. */
export async function ask(
  dataset: string,
  among: readonly Host[] = hosts,
): Promise<{ facts: Facts; verdict: Verdict }> {
  const { receive, details } = await readReceive(nas, dataset, null);
  const facts = await gather(await surroundings(among), receive, details, new HostAnswers(), true);
  return { facts, verdict: judge(facts) };
}
