import type { Host } from "./config";
import { runOn } from "./run";

/** Programs that a stream may pass or need beside `zfs`: found on each host, never assumed. */
const tools = ["bash", "mbuffer", "zstd", "nice", "ssh"] as const;
export type Tool = (typeof tools)[number];

/** Programs are installed and removed rarely. */
const askedAgainAfter = 5 * 60_000;

/** Which tools the hosts have. */
export class Tools {
  readonly #found = new Map<string, { at: number; tools: Promise<ReadonlySet<Tool>> }>();

  /** The tools of a host; none of one that does not say. */
  of(host: Host): Promise<ReadonlySet<Tool>> {
    const known = this.#found.get(host.name);
    if (known && performance.now() - known.at < askedAgainAfter) return known.tools;
    const found = this.#ask(host);
    this.#found.set(host.name, { at: performance.now(), tools: found });
    return found;
  }

  /** Lets a host be asked afresh. */
  forget(host: string): void {
    this.#found.delete(host);
  }

  async #ask(host: Host): Promise<ReadonlySet<Tool>> {
    try {
      const { stdout } = await runOn(host, [
        ...(["sh", "-c", 'for tool; do command -v "$tool" >/dev/null && echo "$tool"; done', "sh"] as const),
        ...tools,
      ]);
      const said = stdout.split("\n");
      return new Set(tools.filter((tool) => said.includes(tool)));
    } catch {
      // Nothing depends on them: the next stream asks again.
      this.#found.delete(host.name);
      return new Set();
    }
  }
}
