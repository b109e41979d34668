import { rmSync } from "node:fs";
import { join } from "node:path";
import { ensureBuild } from "./build";
import { configFile, down, labDir, status, up } from "./lab";
import { RunningServer, stopTransfers } from "./server";
import { Steps } from "./steps";

const port = Number(process.env.PORT ?? 3000);
const stateDir = join(labDir, "demo-state");
const steps = new Steps(3);
const server = new RunningServer({ port, configFile, stateDir });
const labWasUp = (await status()).hosts.some(({ running }) => running);

// A lab that was down starts with everything interrupted again: what an earlier demo did is not true of it.
if (!labWasUp) rmSync(stateDir, { recursive: true, force: true });

let started = false;
let ending = false;
async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  console.log(
    labWasUp
      ? "\nStopping the page. The machines were up before the demo, and stay: npm run lab -- down stops them."
      : "\nStopping everything that the demo started…",
  );
  await server.stop();
  // Another demo may be running on the same lab: its transfers are not ours.
  if (started) stopTransfers(stateDir);
  if (!labWasUp) await down();
  process.exit(code);
}
process.on("SIGINT", () => void end(0));
process.on("SIGTERM", () => void end(0));

try {
  await steps.step("Two machines with real ZFS, and receives cut half-way", () =>
    up({ seeded: true, log: (line) => console.log(`      ${line}`) }),
  );
  await steps.step("Building the page", ensureBuild);
  await steps.step("Starting the page", () => server.start());
  started = true;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await end(1);
}

console.log(`
Ready after ${steps.total()}. Open ${server.url} and sign in as ${server.account.name}, password ${server.account.password}

What to try:
  backup/projects   a full receive: Resume, then Stop in the middle, then Resume again
  backup/photos     an incremental one: Abort shows that only the part received so far goes
  backup/home       changed after the interruption: only a rollback can finish it, and the page says what that undoes
  backup/wiki       its source was replaced: the page says so before anything is tried
  backup/usb-disk   its source is on none of the machines: not known, and never called lost
  backup/limited/…  stopped by a quota: the page shows the command that raises it; run it, then Look again
  backup/team       a replication of five snapshots and a child: Resume finishes one, Continue brings the rest
  backup/logs       being received right now by somebody else: left alone

A shell on either machine:   npm run lab -- ssh nas      npm run lab -- ssh tower
Ctrl-C stops everything that the demo started.`);

// A server that was killed leaves the machines up for nobody.
await server.gone();
if (!ending) {
  console.error(`\nThe page's server has ended by itself. The last that it said:\n${server.log}`);
  await end(1);
}
