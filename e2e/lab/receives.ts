import { LabError } from "./errors";
import type { HostName } from "./paths";
import { quote } from "./process";
import { run, sh } from "./ssh";

/** How to make one interrupted receive. */
export interface PartialSpec {
  /** The dataset under `tank` and under `backup`; must not exist yet. Spaces are fine. */
  name: string;
  /** A full stream into a new dataset, or an increment on a base that both hosts have. */
  kind: "full" | "incremental";
  /** How much data the interrupted snapshot holds. */
  sizeMb: number;
  /** After how much of the stream it is cut. Keep well below `sizeMb`. */
  receivedMb: number;
  /** For `zfs send`, for example `["-L", "-c", "-e"]`. */
  sendFlags?: readonly string[];
  /** For `zfs create`, for example `["-o", "recordsize=1M"]`. */
  createFlags?: readonly string[];
  /** How much data the base of an increment holds (8 MB). */
  baseMb?: number;
  /** Names of the snapshots; `base` and `next` unless told. */
  snapshots?: { base?: string; next: string };
  /** What lies between the complete base and the cut increment, for example turning the base into a bookmark. */
  between?: string;
  /** The base of the increment as `zfs send -i` shall be told it, for example `#base`. */
  from?: string;
}

/** An interrupted receive that {@link makePartial} made. */
export interface Partial {
  /** The snapshot that is being sent, on tower. */
  source: string;
  /** The dataset that holds the token, on nas. */
  target: string;
  /** The GUID the target's snapshot will have when the receive is finished. */
  toGuid: string;
}

/** Shell functions that {@link partialScript} needs before it. */
export const prelude = `set -euo pipefail
fill() { head -c "$2M" /dev/urandom >"$1"; }
cut_send() { # MB TARGET SEND-ARGUMENTS: sends to nas and cuts the stream after so many MB
  local mb=$1 target=$2 code
  shift 2
  set +e
  zfs send "$@" 2>/dev/null | head -c "\${mb}M" | ssh nas "zfs recv -s $(printf %q "$target")" 2>/dev/null
  code=\${PIPESTATUS[2]}
  set -e
  [ "$code" -ne 0 ] || { echo "the receive into $target was not cut: $mb MB was all of the stream" >&2; return 1; }
}
whole_send() { # TARGET SEND-ARGUMENTS
  local target=$1
  shift
  zfs send "$@" | ssh nas "zfs recv $(printf %q "$target")"
}
`;

/** The script, for tower and after {@link prelude}, that makes one interrupted receive. */
export function partialScript(spec: PartialSpec): string {
  const { base = "base", next } = { base: "base", next: "next", ...spec.snapshots };
  const source = `tank/${spec.name}`;
  const target = quote(`backup/${spec.name}`);
  const flags = (spec.sendFlags ?? []).map(quote).join(" ");
  const at = (snapshot: string) => quote(`${source}@${snapshot}`);
  const fill = (file: string, mb: number) => `fill ${quote(`/${source}/${file}`)} ${mb}`;
  const lines = [`zfs create ${(spec.createFlags ?? []).map(quote).join(" ")} ${quote(source)}`];
  if (spec.kind === "incremental") {
    lines.push(
      fill(`${base}.bin`, spec.baseMb ?? 8),
      `zfs snapshot ${at(base)}`,
      `whole_send ${target} ${flags} ${at(base)}`,
    );
  }
  if (spec.between !== undefined) lines.push(spec.between);
  lines.push(fill(`${next}.bin`, spec.sizeMb), `zfs snapshot ${at(next)}`);
  const from = spec.kind === "incremental" ? `-i ${quote(spec.from ?? `@${base}`)}` : "";
  lines.push(`cut_send ${spec.receivedMb} ${target} ${flags} ${from} ${at(next)}`);
  return `${lines.join("\n")}\n`;
}

/** Makes one interrupted receive from tower to nas with a real, cut `zfs send | zfs recv -s`. */
export async function makePartial(spec: PartialSpec): Promise<Partial> {
  const source = `tank/${spec.name}@${spec.snapshots?.next ?? "next"}`;
  const target = `backup/${spec.name}`;
  const limit = 60_000 + (spec.sizeMb + (spec.baseMb ?? 8)) * 1_000;
  await sh("tower", prelude + partialScript(spec), { timeoutMs: limit });
  if ((await token("nas", target)) === undefined) {
    throw new LabError(
      `The cut receive into ${target} left no token; ask for more than ${spec.receivedMb} MB to be received.`,
    );
  }
  return { source, target, toGuid: await guid("tower", source) };
}

/** The GUID of a snapshot, as the decimal number ZFS prints. */
export function guid(host: HostName, snapshot: string): Promise<string> {
  return sh(host, `zfs get -Hp -o value guid ${quote(snapshot)}`);
}

/** The resume token of a dataset, if it has one. */
export async function token(host: HostName, dataset: string): Promise<string | undefined> {
  const value = await sh(host, `zfs get -Hp -o value receive_resume_token ${quote(dataset)}`);
  return value === "-" || value === "" ? undefined : value;
}

/** Whether a dataset or snapshot exists; hidden ones (`DS/%recv`) count. */
export async function exists(host: HostName, dataset: string): Promise<boolean> {
  const done = await run(host, `zfs list -H -o name -t all ${quote(dataset)}`);
  if (done.code === 0) return true;
  if (done.stderr.includes("does not exist")) return false;
  throw new LabError(`Could not ask ${host} for ${dataset}: ${done.stderr.trim()}`);
}
