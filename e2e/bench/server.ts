import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunningServer, stopTransfers } from "../server";

/** Measures a server with a configuration, and an empty memory. */
export async function withServer<T>(
  config: string,
  act: (server: RunningServer, stateDir: string) => Promise<T>,
): Promise<T> {
  const stateDir = mkdtempSync(join(tmpdir(), "halfway-bench-"));
  const server = new RunningServer({ port: 3299, configFile: config, stateDir });
  await server.start();
  try {
    return await act(server, stateDir);
  } finally {
    await server.stop();
    stopTransfers(stateDir);
    rmSync(stateDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** Memory that the server itself has resident. */
export function residentMb(server: RunningServer): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1];
  return Number(kib) / 1024;
}
