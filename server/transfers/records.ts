import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { HalfwayError, sentence } from "../errors";
import { pipelineFiles } from "../hosts/pipeline";
import { messageIds } from "../zfs/catalogue";
import type { Stderr } from "../zfs/messages";

const bytes = z
  .string()
  .regex(/^\d+$/)
  .transform((text) => BigInt(text));

const record = z.object({
  id: z.uuid(),
  intent: z.enum(["resume", "resume-with-rollback", "start-over", "continue"]),
  host: z.string(),
  dataset: z.string(),
  source: z.object({ host: z.string(), snapshot: z.string(), base: z.string().nullable() }),
  steps: z.array(
    z.object({
      says: z.string(),
      command: z.string(),
      parts: z.array(z.object({ host: z.string(), command: z.string() })).default([]),
    }),
  ),
  /** GUID of the snapshot that must be on the target in the end. */
  toGuid: bytes,
  flags: z
    .object({ raw: z.boolean(), largeBlocks: z.boolean(), compressed: z.boolean(), embedded: z.boolean() })
    .nullable()
    .default(null),
  before: bytes,
  total: bytes.nullable(),
  startedAt: z.number(),
});

const outcome = z.object({
  state: z.enum(["finished", "failed", "stopped"]),
  endedAt: z.number(),
  sent: bytes,
  message: z.string().nullable(),
  stderr: z.string().nullable(),
  /** What went wrong, where ZFS's words are known. */
  cause: z.enum(messageIds).nullable().catch(null).default(null),
  /** Fingerprint of the token that it left behind: what went wrong concerns that state and no later one. */
  left: z.string().nullable().default(null),
});

/** What a transfer was started as; written before anything runs and never changed. */
export type TransferRecord = z.output<typeof record>;
/** How it ended; written once. */
export type Outcome = z.output<typeof outcome>;

const recordFile = "transfer.json";
const outcomeFile = "outcome.json";
const stopFile = "stop-requested";

/**
 * A transfer's directory: its record, the running pipeline's files, and in the end its outcome.
 * It is all that a later server needs to find the transfer again (decision 3).
 */
export class TransferDir {
  constructor(readonly path: string) {}

  /**
   * Makes the directory and writes the record, on disk for sure before this returns.
   * @throws HalfwayError `REFUSED` when the disk is full or may not be written.
   */
  static create(root: string, written: TransferRecord): TransferDir {
    const dir = new TransferDir(join(root, written.id));
    try {
      mkdirSync(dir.path, { recursive: true, mode: 0o700 });
      dir.#write(recordFile, written);
    } catch (error) {
      throw new HalfwayError(
        "REFUSED",
        `Nothing was started: Halfway cannot write to ${root}. ${sentence(error)}`,
      );
    }
    return dir;
  }

  /** Every transfer under `root` whose record can be read, and the directories where it cannot. */
  static all(root: string): { found: { dir: TransferDir; record: TransferRecord }[]; unreadable: string[] } {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    const found: { dir: TransferDir; record: TransferRecord }[] = [];
    const unreadable: string[] = [];
    for (const entry of readdirSync(root, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const dir = new TransferDir(join(root, entry.name));
      const parsed = dir.#read(recordFile, record);
      if (parsed) found.push({ dir, record: parsed });
      else unreadable.push(dir.path);
    }
    return { found, unreadable };
  }

  outcome(): Outcome | null {
    return this.#read(outcomeFile, outcome);
  }

  end(written: Outcome): void {
    this.#write(outcomeFile, written);
  }

  /** Takes an outcome back that turned out to be premature. */
  reopen(): void {
    rmSync(join(this.path, outcomeFile), { force: true });
  }

  requestStop(): void {
    this.#write(stopFile, { at: Date.now() });
  }

  stopRequested(): boolean {
    return this.#text(stopFile) !== null;
  }

  /** The beginning of the sender's stderr, where it lists what it is going to send. */
  senderHead(): string {
    return (this.#text(pipelineFiles.sendStderr) ?? "").slice(0, 64 * 1024);
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

  stderr(): Stderr {
    return {
      before: this.#text(pipelineFiles.beforeStderr) ?? "",
      send: this.#text(pipelineFiles.sendStderr) ?? "",
      receive: this.#text(pipelineFiles.receiveStderr) ?? "",
      pipeline: this.#text(pipelineFiles.pipelineStderr) ?? "",
    };
  }

  #text(file: string): string | null {
    try {
      return readFileSync(join(this.path, file), "utf8");
    } catch {
      return null;
    }
  }

  #read<T extends z.ZodType>(file: string, schema: T): z.output<T> | null {
    const text = this.#text(file);
    if (text === null) return null;
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      return null;
    }
  }

  /** Whole or not at all, and on disk: a power cut must not leave half a record. */
  #write(file: string, value: unknown): void {
    const path = join(this.path, file);
    const text = JSON.stringify(
      value,
      (_key, item) => (typeof item === "bigint" ? item.toString() : item),
      2,
    );
    const fd = openSync(`${path}.new`, "w", 0o600);
    try {
      writeFileSync(fd, `${text}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(`${path}.new`, path);
  }
}
