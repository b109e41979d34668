import { HalfwayError, sentence } from "../errors";
import { say } from "../say";
import { describePools, listDatasets, listDelegations, zfsVersion } from "../zfs/commands";
import { type Account, parseDelegations } from "../zfs/delegation";
import { parseDatasets, parsePools, parseVersion, poolsWithoutDelegation } from "../zfs/output";
import type { Host } from "./config";
import { type Attempted, type Check, type CheckFacts, findingsOf, placesOf, type ZfsFacts } from "./findings";
import { fetchHostKey } from "./host-key";
import { isOtherKey, runOk } from "./run";
import { Tools } from "./tools";

/** A slow machine with many datasets takes its time, and somebody waits for this. */
const patience = { limitMs: 60_000 };

/** Who asks and what time it is there, each on a line of its own; then whether there is a `ps`. */
const introduce = [
  "sh",
  "-c",
  "id -u; id -un; id -Gn; date +%s; uname -s; if command -v ps >/dev/null; then echo ps; fi",
] as const;

/**
 * Finds out what works with a host, and what would make the rest work. Changes nothing there.
 * @param partials the datasets of interrupted receives there, whose rights matter most.
 * @param line what lets Halfway in, for the account's `authorized_keys`; null where it has its own ways.
 */
export async function checkHost(
  host: Host,
  partials: readonly string[],
  line: string | null,
): Promise<Check> {
  return findingsOf(host, line, await ask(host, partials), Date.now());
}

async function ask(host: Host, partials: readonly string[]): Promise<CheckFacts> {
  let introduced: Awaited<ReturnType<typeof getIntroduced>>;
  try {
    introduced = await getIntroduced(host);
  } catch (error) {
    if (!(error instanceof HalfwayError)) throw error;
    return { reached: false, ...(await whyNot(host, error)) };
  }
  const [version, tools] = await Promise.all([
    attempt(async () => {
      const said = await runOk(host, zfsVersion());
      return parseVersion(said) ?? said.trim();
    }),
    new Tools().of(host),
  ]);
  const zfs = version.ok ? await attempt(() => askZfs(host, partials, introduced.account)) : version;
  return { reached: true, ...introduced, version, tools, zfs };
}

async function getIntroduced(host: Host) {
  const before = Date.now();
  // A connection that stands already says nothing of the key that the host would show now.
  const said = await runOk(host, introduce, { connection: "own" });
  const after = Date.now();
  const [uid, name = "", groups = "", seconds, system = "", ps] = said.split("\n");
  const account: Account = { uid: Number(uid), name, groups: groups.split(" ") };
  if (!/^\d+$/.test(uid ?? "") || !/^\d+$/.test(seconds ?? "")) {
    throw new HalfwayError(
      "UNREACHABLE",
      say`What answers on ${host.name} is no shell of a Unix system.`,
      said,
    );
  }
  // It tells whole seconds: of the one it named, the middle is the best guess.
  const skewMs = Number(seconds) * 1_000 + 500 - (before + after) / 2;
  return { account, system, hasPs: ps === "ps", skewMs };
}

/** Which step failed: the way there, the host's key, or the login. */
async function whyNot(
  host: Host,
  error: HalfwayError,
): Promise<Omit<CheckFacts & { reached: false }, "reached">> {
  const { stderr } = error;
  const words = { problem: sentence(error), stderr };
  if ("local" in host) return { step: "reach", ...words, shown: null };
  if (isOtherKey(stderr)) {
    const { destination, port = null, hostKey } = host.ssh;
    const shown = hostKey === undefined ? null : await fetchHostKey(destination, port).catch(() => null);
    return { step: "host-key", ...words, shown };
  }
  return {
    step: /permission denied|too many authentication/i.test(stderr) ? "login" : "reach",
    ...words,
    shown: null,
  };
}

async function askZfs(host: Host, partials: readonly string[], account: Account): Promise<ZfsFacts> {
  const described = await runOk(host, describePools());
  const pools = parsePools(described).map(({ name, health }) => ({ name, health }));
  // One that is suspended would never answer (facts A20).
  const answering = pools.filter(({ health }) => health !== "SUSPENDED").map(({ name }) => name);
  const only = answering.length < pools.length ? answering : [];
  const datasets =
    answering.length === 0
      ? []
      : parseDatasets(await runOk(host, listDatasets(only), patience)).map(({ name }) => name);
  const { places, complete } = placesOf(datasets, partials);
  // Root may do everything.
  const delegated = account.uid !== 0 && places.length > 0;
  const said = delegated ? await runOk(host, listDelegations(places), patience) : "";
  return {
    ...{ pools, places, complete, datasets: datasets.length },
    ...{ undelegated: poolsWithoutDelegation(described), delegations: parseDelegations(said) },
  };
}

async function attempt<T>(act: () => Promise<T>): Promise<Attempted<T>> {
  try {
    return { ok: true, value: await act() };
  } catch (error) {
    const stderr = error instanceof HalfwayError ? error.stderr : "";
    return { ok: false, problem: sentence(error), stderr };
  }
}
