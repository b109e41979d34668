import { createServer, type Server } from "node:net";
import { LabError } from "./errors";
import { labId } from "./paths";
import { sleep } from "./process";

const patienceMs = 20 * 60_000;

/**
 * Runs `work` while no other process changes this lab. The lock is an abstract UNIX socket: the kernel frees it when its
 * holder dies, so there is no stale lock to clean up.
 */
export async function withLock<T>(log: (line: string) => void, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patienceMs;
  let told = false;
  let lock = await tryLock();
  while (lock === undefined) {
    if (Date.now() > deadline) {
      throw new LabError("Another lab command has been running for 20 minutes; stop it and try again.");
    }
    if (!told) log("another lab command is running; waiting for it");
    told = true;
    await sleep(500);
    lock = await tryLock();
  }
  const held = lock;
  try {
    return await work();
  } finally {
    await new Promise((resolve) => held.close(resolve));
  }
}

function tryLock(): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(`\0halfway-lab-${labId}`, () => resolve(server));
  });
}
