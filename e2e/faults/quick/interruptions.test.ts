import { setTimeout as sleep } from "node:timers/promises";
import { test } from "vitest";
import { netCut, netRestore } from "../../lab";
import { Trial } from "../trial";
import { killReceive } from "../victims";

test("the server is killed: the transfer goes on without it, and the next server takes it up", async () => {
  const trial = await Trial.prepare("killed-server", { sizeMb: 90 });
  await trial.resumeAndReceive();
  await trial.server.stop("SIGKILL");
  await trial.receivesMore();
  await trial.server.start();
  await trial.until("taken up", ({ state }) => state === "running");
  await trial.finishes();
});

test("the link to the target is cut for half a minute: nothing is lost, and it goes on by itself", async () => {
  const trial = await Trial.prepare("cut-nas");
  await trial.resumeAndReceive();
  await netCut("nas");
  // How long it lasts is what this is about.
  await sleep(30_000);
  await netRestore("nas");
  await trial.expectUnfinished();
  await trial.finishes();
});

test("zfs receive is killed: the next attempt goes on from what was received", async () => {
  const trial = await Trial.prepare("killed-receive");
  await trial.resumeAndReceive();
  const attempt = await trial.attempt();
  await killReceive(trial.target);
  await trial.triesAgain(attempt);
  await trial.finishes();
});
