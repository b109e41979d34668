import { connect } from "node:net";
import { LabError, messageOf } from "./errors";
import { quote, sleep } from "./process";

const limitMs = 15_000;
const saveLimitMs = 120_000;
const loadLimitMs = 40_000;

type Command = readonly [name: string, args?: object];

interface Message {
  QMP?: unknown;
  return?: unknown;
  error?: { desc?: string };
}

/** Sends commands to a guest's QEMU monitor, one after the other; gives their answers. */
export function qmp(socketPath: string, commands: readonly Command[]): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const queue: Command[] = [["qmp_capabilities"], ...commands];
    const answers: unknown[] = [];
    const socket = connect(socketPath);
    let pending = "";
    const fail = (reason: string) => {
      clearTimeout(timer);
      socket.destroy();
      reject(
        new LabError(
          `The guest's monitor ${socketPath} did not obey: ${reason}. Try power-cut and power-on.`,
        ),
      );
    };
    const timer = setTimeout(() => fail(`no answer within ${limitMs} ms`), limitMs);
    const next = () => {
      const [name, args] = queue[0] ?? [];
      if (name === undefined) {
        clearTimeout(timer);
        socket.end();
        resolve(answers.slice(1));
        return;
      }
      socket.write(`${JSON.stringify({ execute: name, arguments: args ?? {} })}\n`);
    };
    socket.setEncoding("utf8").on("data", (text: string) => {
      const lines = (pending + text).split("\n");
      pending = lines.pop() ?? "";
      for (const line of lines) {
        const message = JSON.parse(line) as Message;
        if (message.QMP !== undefined) next();
        else if (message.error !== undefined) fail(message.error.desc ?? "error");
        else if (message.return !== undefined) {
          answers.push(message.return);
          queue.shift();
          next();
        }
        // Everything else is an event.
      }
    });
    socket.on("error", (error) => fail(messageOf(error)));
  });
}

/** Writes the memory and the devices of a stopped guest to a file. */
export async function saveMemory(socketPath: string, file: string): Promise<void> {
  await qmp(socketPath, [
    ["migrate-set-parameters", { "max-bandwidth": 10 * 1024 ** 3 }],
    ["migrate", { uri: `exec:cat >${quote(file)}` }],
  ]);
  await untilMigrated(
    socketPath,
    `The guest's memory could not be saved to ${file}. Is the disk full?`,
    saveLimitMs,
  );
}

/** Lets a guest that was started on such a file go on. */
export async function continueFromMemory(socketPath: string): Promise<void> {
  await untilMigrated(socketPath, "QEMU could not load the saved memory.", loadLimitMs);
  await qmp(socketPath, [["cont"]]);
}

async function untilMigrated(socketPath: string, failure: string, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const [answer] = await qmp(socketPath, [["query-migrate"]]);
    const status = (answer as { status?: string }).status;
    if (status === "completed") return;
    if (status === "failed" || status === "cancelled" || Date.now() > deadline) throw new LabError(failure);
    await sleep(200);
  }
}
