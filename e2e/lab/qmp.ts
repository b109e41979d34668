import { connect } from "node:net";
import { LabError, messageOf } from "./errors";

const limitMs = 15_000;

interface Reply {
  return?: unknown;
  error?: { desc?: string };
}

/** Sends commands to a guest's QEMU monitor, one after the other, and waits for each answer. */
export function qmp(socketPath: string, commands: readonly (readonly [string, object?])[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const queue: (readonly [string, object?])[] = [["qmp_capabilities"], ...commands];
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
        resolve();
        return;
      }
      socket.write(`${JSON.stringify({ execute: name, arguments: args ?? {} })}\n`);
    };
    socket.setEncoding("utf8").on("data", (text: string) => {
      const lines = (pending + text).split("\n");
      pending = lines.pop() ?? "";
      for (const line of lines) {
        const message = JSON.parse(line) as Reply & { QMP?: unknown };
        if (message.QMP !== undefined) next();
        else if (message.error !== undefined) fail(message.error.desc ?? "error");
        else if (message.return !== undefined) {
          queue.shift();
          next();
        }
        // Everything else is an event.
      }
    });
    socket.on("error", (error) => fail(messageOf(error)));
  });
}
