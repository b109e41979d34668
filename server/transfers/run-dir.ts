import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { HalfwayError, sentence } from "../errors";
import { writeDurably } from "../hosts/durable";
import { pipelineFiles } from "../hosts/pipeline";
import { recalled, say } from "../say";
import type { Stderr } from "../zfs/messages";
import { bigintText, toJson } from "./json";
import { orderSchema } from "./order";

const runSchema = z.object({
  transferId: z.uuid(),
  number: z.int().positive(),
  order: orderSchema,
  askedAt: z.number(),
  steps: z.array(
    z.object({
      says: z.string().transform(recalled),
      command: z.string(),
      parts: z.array(z.object({ host: z.string(), command: z.string() })),
    }),
  ),
  /** GUID of the snapshot that this attempt is to bring: of a series it may be one before the last. */
  toGuid: bigintText,
  /** What it sends, which may be a copy elsewhere of what was asked for. */
  source: orderSchema.shape.source,
  /** Whether the target fetches the stream itself: then what ends here does not end there by itself. */
  fetches: z.boolean(),
  /** Whether an earlier attempt has discarded what there was before, for a start-over. */
  discarded: z.boolean(),
  /** Received before this attempt began. */
  before: bigintText,
  total: bigintText.nullable(),
  startedAt: z.number(),
});

/** What an attempt was started as; written before anything runs and never changed. */
export type Run = z.output<typeof runSchema>;

/** Of what one side said this much is read from its beginning, and from its end. */
const endKept = 64 * 1024;
const pieceSize = 1024 * 1024;
/** So much is read at a time by who reads along. */
const lineSize = 64 * 1024;

const saidIn = {
  before: pipelineFiles.beforeStderr,
  send: pipelineFiles.sendStderr,
  receive: pipelineFiles.receiveStderr,
  pipeline: pipelineFiles.pipelineStderr,
} as const satisfies Record<keyof Stderr, string>;

const runFile = "run.json";
const stopFile = "stop-requested";

/**
 * The directory of one attempt while it runs: what it was started as, and the pipeline's own files. It is all that a
 * later server needs to take the transfer up again, with or without a database (decisions 3 and 15).
 */
export class RunDir {
  constructor(readonly path: string) {}

  /**
   * Makes the directory and writes down what is about to run, on disk for sure before this returns.
   * @throws HalfwayError `REFUSED` when the disk is full or may not be written.
   */
  static create(root: string, run: Run): RunDir {
    const dir = new RunDir(join(root, run.transferId, String(run.number)));
    try {
      mkdirSync(dir.path, { recursive: true, mode: 0o700 });
      dir.#write(runFile, toJson(run));
    } catch (error) {
      // Without its record it is nothing; what cannot be removed either is named at the next start.
      if (existsSync(dir.path)) dir.remove();
      throw new HalfwayError(
        "REFUSED",
        say`Nothing was started: Halfway cannot write to ${root}. ${sentence(error)}`,
      );
    }
    return dir;
  }

  /** The directory of an attempt; null where there is none any more. */
  static find(root: string, transferId: string, number: number): RunDir | null {
    const dir = new RunDir(join(root, transferId, String(number)));
    return existsSync(join(dir.path, runFile)) ? dir : null;
  }

  /** Every run under `root` that can be read, and the directories that cannot. */
  static all(root: string): { found: { dir: RunDir; run: Run }[]; unreadable: string[] } {
    const found: { dir: RunDir; run: Run }[] = [];
    const unreadable: string[] = [];
    for (const path of subdirectories(root).flatMap(subdirectories)) {
      const dir = new RunDir(path);
      const run = dir.#run();
      if (run) found.push({ dir, run });
      else unreadable.push(path);
    }
    return { found, unreadable };
  }

  /** Makes sure that a pipeline which has not begun never will. */
  giveUp(): void {
    this.#write(pipelineFiles.givenUp, "");
  }

  /** Takes that back, for one that had just begun. */
  takeUp(): void {
    rmSync(join(this.path, pipelineFiles.givenUp), { force: true });
  }

  requestStop(): void {
    this.#write(stopFile, "");
  }

  stopRequested(): boolean {
    return existsSync(join(this.path, stopFile));
  }

  /** What it had to say is kept elsewhere by now. */
  remove(): void {
    try {
      rmSync(this.path, { recursive: true, force: true });
      // The transfer's own directory goes with its last run.
      const above = dirname(this.path);
      if (readdirSync(above).length === 0) rmdirSync(above);
    } catch (error) {
      console.error(`halfway: ${this.path} could not be removed:`, error);
    }
  }

  /** The beginning of the sender's stderr, where it lists what it is going to send. */
  senderHead(): string {
    const [first = ""] = this.#pieces(pipelineFiles.sendStderr, endKept);
    return first;
  }

  /** The end of the sender's stderr, and how long ago it last said something. */
  senderTail(): { text: string; quietMs: number } {
    try {
      const fd = openSync(join(this.path, pipelineFiles.sendStderr), "r");
      try {
        const { size, mtimeMs } = fstatSync(fd);
        const buffer = Buffer.alloc(Math.min(size, 4096));
        readSync(fd, buffer, 0, buffer.length, size - buffer.length);
        return { text: buffer.toString("utf8"), quietMs: Date.now() - mtimeMs };
      } finally {
        closeSync(fd);
      }
    } catch {
      return { text: "", quietMs: 0 };
    }
  }

  /** Milliseconds that passed before its stream began, because something had to be discarded first. */
  beforeTook(startedAt: number): number {
    try {
      const { mtimeMs } = statSync(join(this.path, pipelineFiles.exitCodes.before));
      return Math.max(0, mtimeMs - startedAt);
    } catch {
      return 0;
    }
  }

  /** All that the sender said, in pieces of whole lines. */
  *senderPieces(): Generator<string> {
    let rest = "";
    for (const piece of this.#pieces(pipelineFiles.sendStderr)) {
      const text = rest + piece;
      const cut = text.lastIndexOf("\n") + 1;
      rest = text.slice(cut);
      yield text.slice(0, cut);
    }
    yield rest;
  }

  /**
   * What one side has said from a byte on, in pieces of whole lines, each with the byte that follows it. A line that is not
   * complete yet is left for the next time.
   */
  async *lines(side: keyof Stderr, from: number): AsyncGenerator<{ text: string; next: number }> {
    const path = join(this.path, saidIn[side]);
    let file: FileHandle;
    try {
      // Most of the time nobody has said anything since.
      if ((await stat(path)).size <= from) return;
      file = await open(path);
    } catch {
      return;
    }
    try {
      const buffer = Buffer.alloc(lineSize);
      const before = from === 0 ? null : await file.read(buffer, 0, 1, from - 1);
      let whole = before === null || (before.bytesRead === 1 && buffer.toString("utf8", 0, 1) === "\n");
      for (let next = from; ; ) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, next);
        if (!whole) {
          // The rest of a line whose beginning nobody looks at: half a resume token would not be known for one.
          if (bytesRead === 0) return;
          const end = buffer.subarray(0, bytesRead).indexOf("\n") + 1;
          next += end === 0 ? bytesRead : end;
          whole = end > 0;
          yield { text: "", next };
          continue;
        }
        const cut = buffer.subarray(0, bytesRead).lastIndexOf("\n") + 1;
        // A line that is longer than all that is read at a time is taken as it comes.
        const length = cut === 0 && bytesRead === buffer.length ? bytesRead : cut;
        if (length === 0) return;
        next += length;
        whole = cut > 0;
        yield { text: buffer.toString("utf8", 0, length), next };
      }
    } finally {
      await file.close();
    }
  }

  /** What each side said: all of it, or the beginning and the end of what is very long. */
  stderr(): Stderr {
    return {
      before: this.#ends(saidIn.before),
      send: this.#ends(saidIn.send),
      receive: this.#ends(saidIn.receive),
      pipeline: this.#ends(saidIn.pipeline),
    };
  }

  #ends(file: string): string {
    let text = "";
    for (const piece of this.#pieces(file)) {
      text += piece;
      if (text.length <= 2 * endKept) continue;
      const tail = text.slice(-endKept);
      // In the middle stand progress lines, one a second for days.
      text = `${text.slice(0, endKept)}\n${tail.slice(tail.indexOf("\n") + 1)}`;
    }
    return text;
  }

  *#pieces(file: string, size = pieceSize): Generator<string> {
    let fd: number;
    try {
      fd = openSync(join(this.path, file), "r");
    } catch {
      return;
    }
    try {
      const buffer = Buffer.alloc(size);
      // ZFS speaks ASCII and names are ASCII: no character is cut in two.
      for (let read = readSync(fd, buffer); read > 0; read = readSync(fd, buffer)) {
        yield buffer.toString("utf8", 0, read);
      }
    } finally {
      closeSync(fd);
    }
  }

  #run(): Run | null {
    try {
      return runSchema.parse(JSON.parse(readFileSync(join(this.path, runFile), "utf8")));
    } catch {
      return null;
    }
  }

  #write(file: string, text: string): void {
    writeDurably(join(this.path, file), `${text}\n`);
  }
}

function subdirectories(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(path, name));
  } catch {
    return [];
  }
}
