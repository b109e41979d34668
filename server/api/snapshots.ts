import { z } from "zod";
import { HalfwayError } from "../errors";
import type { Host } from "../hosts/config";
import { runOk } from "../hosts/run";
import { say } from "../say";
import { listDatasets, listPoints } from "../zfs/commands";
import { datasetName, poolOf } from "../zfs/names";
import { type Dataset, type Point, parseDatasets, parsePoints } from "../zfs/output";
import type { Halfway } from "./halfway";
import { procedure, router } from "./init";

/** A host may have a hundred thousand snapshots: a page gets the newest few, and finds the others by their names. */
const atOnce = 100;
const patience = { limitMs: 60_000 };

/** A snapshot as one chooses among them. */
export type ListedSnapshot = Pick<Point, "name" | "guid" | "creation" | "referenced" | "written">;

export const snapshotsRouter = router({
  /** The filesystems and volumes of a host, by name; what lies on a suspended pool is left out. */
  datasets: procedure
    .input(z.strictObject({ host: z.string() }))
    .query(async ({ ctx, input }): Promise<{ datasets: Dataset[]; suspended: string[] }> => {
      const { halfway } = ctx;
      const host = answering(halfway, input.host);
      const pools = halfway.surroundings.poolsOf(host.name) ?? [];
      const suspended = pools.filter(({ health }) => health === "SUSPENDED").map(({ name }) => name);
      const others = pools.map(({ name }) => name).filter((name) => !suspended.includes(name));
      if (suspended.length > 0 && others.length === 0) return { datasets: [], suspended };
      const stdout = await runOk(host, listDatasets(suspended.length > 0 ? others : []), patience);
      return { datasets: parseDatasets(stdout), suspended };
    }),

  /** The newest snapshots of a dataset, newest first, of those whose name holds `find`. */
  list: procedure
    .input(z.strictObject({ host: z.string(), dataset: datasetName, find: z.string().max(255).default("") }))
    .query(
      async ({ ctx, input }): Promise<{ snapshots: ListedSnapshot[]; matching: number; total: number }> => {
        const { halfway } = ctx;
        const { dataset, find } = input;
        const host = answering(halfway, input.host);
        const pool = halfway.surroundings.poolsOf(host.name)?.find(({ name }) => name === poolOf(dataset));
        if (pool?.health === "SUSPENDED") {
          throw new HalfwayError("REFUSED", say`The pool ${pool.name} on ${host.name} is suspended.`);
        }
        const points = parsePoints(await runOk(host, listPoints(dataset), patience));
        const all = points.filter(({ name }) => name.includes("@")).reverse();
        const wanted = find.trim().toLowerCase();
        const matching = all.filter(({ name }) => name.slice(dataset.length).toLowerCase().includes(wanted));
        const snapshots = matching.slice(0, atOnce).map(({ ivset: _, ...one }) => one);
        return { snapshots, matching: matching.length, total: all.length };
      },
    ),
});

/** @throws HalfwayError `NOT_FOUND`, or `UNREACHABLE` where the host is known not to answer. */
function answering(halfway: Halfway, name: string): Host {
  const host = halfway.host(name);
  const silence = halfway.surroundings.silenceOf(name);
  if (silence !== null) throw new HalfwayError("UNREACHABLE", silence);
  return host;
}
