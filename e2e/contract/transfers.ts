import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Halfway } from "@/server/api/halfway";
import { loadConfiguration } from "@/server/configuration/configuration";
import { hasEnded } from "@/server/transfers/states";
import { configFile } from "../lab";

/** A Halfway of one's own, as the server has it; with a memory of its own unless told. */
export async function ownHalfway(
  stateDir = mkdtempSync(join(tmpdir(), "halfway contract ")),
  config: string = configFile,
) {
  const halfway = await Halfway.start(
    loadConfiguration({ HALFWAY_CONFIG: config, HALFWAY_STATE_DIR: stateDir }),
  );
  return {
    halfway,
    stateDir,
    transfers: halfway.transfers,
    /** Where the files of an attempt are while it runs. */
    runDir: (id: string, attempt = 1) => join(stateDir, "transfers", id, String(attempt)),
    /** Waits until a transfer has finished; throws with ZFS's words when it ends otherwise. */
    async finished(id: string): Promise<void> {
      for (const until = Date.now() + 100_000; Date.now() < until; await sleep(200)) {
        const { state, message, stderr } = halfway.transfers.get(id);
        if (state === "finished") return;
        if (hasEnded(state)) throw new Error(`${state}: ${message}\n${stderr}`);
      }
      throw new Error("not finished within 100 s");
    },
    close() {
      halfway.close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
