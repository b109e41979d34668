import { setTimeout as sleep } from "node:timers/promises";
import { HalfwayError, sentence } from "../errors";
import type { Host } from "../hosts/config";
import {
  ageOf,
  exitCodes,
  isAlive,
  isFromThisBoot,
  type ProcessIdentity,
  pipelineIdentity,
  signalPipeline,
} from "../hosts/pipeline";
import { shellQuote } from "../hosts/quote";
import { runOk, runOn } from "../hosts/run";
import { receiveProcesses } from "../receives/scan";
import { joined, type Said, say, verbatim as theirs } from "../say";
import type { MessageId } from "../zfs/catalogue";
import { findPool, listSnapshots, readToken, terminate } from "../zfs/commands";
import { cleaned, type ExitCodes, explainFailure, findCause, type Stderr, verbatim } from "../zfs/messages";
import { parseSnapshots, type ReceiveProcess } from "../zfs/output";
import { decodeResumeToken, tokenFingerprint } from "../zfs/token";
import { GrowingCurve } from "./log";
import { type Curve, curveOf, progressOf } from "./progress";
import type { Run, RunDir } from "./run-dir";
import type { Transfer } from "./types";

const lookEvery = 1_000;
/** On a pool that hangs every question leaves a process behind (facts A20): ask ever more rarely. */
const askAgainAfter = { first: 2_000, longest: 60_000 };
/** A pipeline writes down who it is within milliseconds; after this it never began. */
const beginsWithin = 10_000;
/** How long `ssh` and `zfs` may take to end after SIGTERM before they are killed. */
const endsWithin = 10_000;
/** How long a receive on the target may still be winding up after its stream ended, before it is told to end. */
const windsUpWithin = 10_000;
/** How long a command may take on the target until it is seen there, after all that it needs was said. */
const appearsWithin = 5_000;
/** A receive that shows nothing new for so long is none any more: ZFS writes its token every few seconds. */
const showsMoreWithin = 30_000;
/** After which it is left to itself: one that hangs in the kernel cannot be ended (facts A20). */
const lingersAtMost = 60_000;
/** `ps` counts in these. */
const wholeSecond = 1_000;
/** How long `ssh` may take until the command at its other end runs. */
const connectsWithin = 60_000;
/** Exit codes: of ssh that lost its connection, and the last one that is not a signal's. */
const sshFailed = 255;
const endedBySignal = 128;
/** Of what one side said this much is kept. */
const keptOfStderr = 64 * 1024;

/** What the sender of an attempt has said to have sent by now. */
export function sentSoFar(dir: RunDir): bigint {
  const { text, quietMs } = dir.senderTail();
  return progressOf(text, quietMs, dir.senderHead()).sent;
}

/** The state that an attempt left on the target. */
export type Left = { fingerprint: string; bytes: bigint; toGuid: bigint };

/** How an attempt ended, as ZFS says, and what was said. */
export type Ending = {
  how: "arrived" | "interrupted" | "never-began" | "not-known";
  /** Why it was ended by us; null where it was not. */
  ended: "stopped" | "stalled" | "limit-changed" | null;
  at: number;
  sent: bigint;
  /** What happened, and what is kept, for people. */
  message: Said;
  cause: MessageId | null;
  /** Whether somebody said something that nobody has explained yet. */
  unexplained: boolean;
  left: Left | null;
  exitCodes: ExitCodes;
  /** What each side said, without progress lines and tokens. */
  stderr: Stderr;
  curve: Curve;
};

/** What changes while an attempt runs. */
export type Moment = Partial<Pick<Transfer, "state" | "sent" | "rate" | "message">>;

/**
 * One run of a pipeline, followed from its directory and ZFS alone: it makes no difference whether this server started
 * it or found it running.
 */
export class Attempt {
  #ended: Ending["ended"] = null;
  #endedAt: number | null = null;
  #over: Ending | null = null;
  /** Why the question how it ended has had no answer so far. */
  #unanswered: Said | null = null;
  /** Whether the target still fetches although our connection to it broke. */
  #runsOn = false;
  #sent = 0n;
  #head: string | null = null;
  readonly #curve: GrowingCurve;
  /** When the sender's count moved last, and what the target's token said of bytes half a stall later. */
  #moved = { at: performance.now(), sent: -1n, bytes: null as bigint | null, asked: false };

  /**
   * @param happened called with what is new while it runs.
   * @param stallAfter milliseconds without a byte, while both ends live, after which it is ended.
   * @param signal aborted when this server goes away; then it is followed no longer, and runs on.
   */
  constructor(
    readonly dir: RunDir,
    readonly run: Run,
    private readonly target: Host | undefined,
    private readonly happened: (moment: Moment) => void,
    private readonly stallAfter: number,
    private readonly signal: AbortSignal,
  ) {
    this.#curve = new GrowingCurve(dir);
  }

  /** How its bytes have come so far. */
  curve(): Promise<Curve> {
    return this.#curve.now();
  }

  /** Follows the pipeline to its end, then asks ZFS what became of it. */
  async follow(): Promise<Ending> {
    if (this.dir.stopRequested()) this.#ended = "stopped";
    const identity = (await this.#identity()) ?? (await this.#giveUp());
    if (!identity)
      return this.#over ?? this.#ending("never-began", say`It never began, so nothing was changed.`);
    // Of an earlier boot nobody knows by a clock that was never set.
    const began = isFromThisBoot(identity) ? performance.now() - ageOf(identity) : null;
    while (isAlive(identity)) {
      this.#endIfAsked(identity);
      const { sent, rate } = this.#progress();
      this.#sent = sent;
      this.happened({ state: this.#ended === "stopped" ? "stopping" : "running", sent, rate });
      if (await this.#hasStalled()) this.#end("stalled");
      await this.#pause(lookEvery);
    }
    this.#sent = this.#progress().sent;
    this.happened({ state: "verifying", sent: this.#sent, rate: null });
    await this.#insist(async () => {
      this.#over ??= await this.#askZfs(identity, began);
    });
    return this.#over ?? this.#ending("not-known", this.#notFoundOut());
  }

  /** Asks the pipeline to end, for good. What was received stays resumable. Works with a full disk, too. */
  stop(): void {
    this.#end("stopped");
    try {
      this.dir.requestStop();
    } catch (error) {
      console.error(`halfway: the request to stop ${this.run.transferId} could not be written down:`, error);
    }
  }

  /** Ends the pipeline so that the next attempt runs at another rate. */
  endForLimit(): void {
    this.#end("limit-changed");
  }

  /**
   * Stops asking how it ended, for a person who knows that the target will not come back.
   * @throws HalfwayError `CONFLICT` while the first answer is still awaited.
   */
  giveUpAsking(): void {
    if (this.#runsOn) {
      this.#ended = "stopped";
      return;
    }
    if (!this.#unanswered) {
      throw new HalfwayError(
        "CONFLICT",
        say`The transfer into ${this.run.order.dataset} has ended; ZFS is being asked how.`,
      );
    }
    this.#ended = "stopped";
    this.#over = this.#ending("not-known", this.#notFoundOut());
  }

  #notFoundOut(): Said {
    return joined([
      say`How it ended could not be found out.`,
      ...(this.#unanswered ? [this.#unanswered] : []),
    ]);
  }

  #pause(milliseconds: number): Promise<void> {
    return sleep(milliseconds, undefined, { signal: this.signal });
  }

  #end(why: Exclude<Ending["ended"], null>): void {
    if (this.#ended !== "stopped") this.#ended = why;
    const identity = pipelineIdentity(this.dir.path);
    if (identity) this.#endIfAsked(identity);
  }

  #endIfAsked(identity: ProcessIdentity): void {
    if (this.#ended === null) return;
    if (this.#endedAt === null) {
      this.#endedAt = performance.now();
      signalPipeline(identity, "SIGTERM");
    } else if (performance.now() - this.#endedAt > endsWithin) {
      signalPipeline(identity, "SIGKILL");
    }
  }

  /** Who runs the pipeline; null where nobody has said so for a while. */
  async #identity(): Promise<ProcessIdentity | null> {
    const until = performance.now() + beginsWithin;
    for (;;) {
      const identity = pipelineIdentity(this.dir.path);
      if (identity || performance.now() > until) return identity;
      await this.#pause(100);
    }
  }

  /**
   * Closes an attempt that has not begun. A pipeline that is merely late either sees the mark and does nothing, or has
   * just said who it is, and is followed after all.
   */
  async #giveUp(): Promise<ProcessIdentity | null> {
    await this.#insist(async () => this.dir.giveUp());
    const late = pipelineIdentity(this.dir.path);
    if (late) this.dir.takeUp();
    return late;
  }

  #progress(): { sent: bigint; rate: number | null } {
    const { text, quietMs } = this.dir.senderTail();
    // The list of a series is complete by the time that the first progress line follows it.
    this.#head ??= /^\d\d:\d\d:\d\d\t/m.test(text) ? this.dir.senderHead() : null;
    return progressOf(text, quietMs, this.#head ?? "");
  }

  /**
   * Whether no byte has moved for too long although both ends live. The sender's count alone does not say so: it stands
   * still while the target writes, and where its words cannot be written down. So ZFS on the target is asked twice.
   */
  async #hasStalled(): Promise<boolean> {
    const now = performance.now();
    // When everything is sent the target may still have much to do; that is no stall.
    const { before, total, fetches } = this.run;
    // Of what a target fetches by itself nobody says when the sender has ended.
    const allSent = fetches && total !== null && before + this.#sent >= total;
    const sender = exitCodes(this.dir.path).send;
    if (this.#sent !== this.#moved.sent || this.#ended !== null || sender !== null || allSent) {
      this.#moved = { at: now, sent: this.#sent, bytes: null, asked: false };
      return false;
    }
    const still = now - this.#moved.at;
    if (!this.#moved.asked && still > this.stallAfter / 2) {
      this.#moved = { ...this.#moved, asked: true, bytes: await this.#receivedBytes() };
    }
    if (still < this.stallAfter) return false;
    const bytes = await this.#receivedBytes();
    const stalled = bytes !== null && bytes === this.#moved.bytes;
    this.#moved = { at: now, sent: this.#sent, bytes: null, asked: false };
    return stalled;
  }

  /** What the target's token counts; null where it cannot be asked: then nothing is known of a stall. */
  async #receivedBytes(): Promise<bigint | null> {
    if (!this.target) return null;
    try {
      return (await this.#readLeft(this.target))?.bytes ?? 0n;
    } catch {
      return null;
    }
  }

  /** Does what must succeed in the end, however long the host, or our own disk, takes to come back. */
  async #insist(act: () => Promise<void>): Promise<void> {
    for (let pause = askAgainAfter.first; !this.#over; pause = Math.min(pause * 2, askAgainAfter.longest)) {
      try {
        return await act();
      } catch (error) {
        this.signal.throwIfAborted();
        this.#unanswered = sentence(error);
        this.happened({ message: joined([say`How it ended is not settled yet.`, this.#unanswered]) });
        for (const until = performance.now() + pause; performance.now() < until && !this.#over; )
          await this.#pause(200);
      }
    }
  }

  /** ZFS decides how it ended, not exit codes; while the target is silent, so is the outcome. */
  async #askZfs(identity: ProcessIdentity, began: number | null): Promise<Ending> {
    const { target, run, dir } = this;
    const { dataset, host, intent } = run.order;
    if (!target)
      return this.#ending(
        "not-known",
        say`${host} is not configured any more, so how this ended is not known.`,
      );
    // A pool that is not imported has no datasets either: that would look like a loss.
    await runOk(target, findPool(dataset));
    await this.#letRunOn(target, began);
    const lingering = await this.#windUp(target, began);
    const arrived = await this.#arrivedSnapshot(target);
    if (arrived !== null) return this.#ending("arrived", this.#completeWords(arrived));
    const left = lingering === null ? await this.#readLeft(target) : null;
    const kept =
      lingering ??
      (left !== null
        ? say`What was received is kept and can be resumed.`
        : intent === "start-over" && exitCodes(dir.path).before === 0
          ? say`What had been received before was discarded first, and nothing new was saved.`
          : say`${dataset} on ${host} holds no interrupted receive.`);
    const why =
      this.#ended === "stopped"
        ? say`Stopped.`
        : this.#ended === "stalled"
          ? say`No byte had moved for a while, so it was ended.`
          : this.#ended === "limit-changed"
            ? say`It goes on at another rate.`
            : isFromThisBoot(identity)
              ? (this.#whyNotFetched() ?? explainFailure(dir.stderr()) ?? say`The transfer was interrupted.`)
              : say`The machine that Halfway runs on was restarted.`;
    return { ...this.#ending("interrupted", joined([why, kept])), left, sent: this.#sentAtLeast(left) };
  }

  /** A sender speaks once a second: what has arrived since its last word was sent as well. */
  #sentAtLeast(left: Left | null): bigint {
    const { before, toGuid } = this.run;
    const arrived = left?.toGuid === toGuid ? left.bytes - before : 0n;
    return arrived > this.#sent ? arrived : this.#sent;
  }

  #ending(how: Ending["how"], message: Said): Ending {
    const stderr = this.dir.stderr();
    const cause = how === "arrived" ? null : findCause(stderr);
    return {
      ...{ how, ended: this.#ended, at: Date.now(), sent: this.#sent, message, left: null },
      cause: cause?.entry?.id ?? null,
      unexplained: cause !== null && cause.entry === null,
      exitCodes: exitCodes(this.dir.path),
      stderr: {
        before: cleaned(stderr.before).slice(-keptOfStderr),
        send: cleaned(stderr.send).slice(-keptOfStderr),
        receive: cleaned(stderr.receive).slice(-keptOfStderr),
        pipeline: cleaned(stderr.pipeline).slice(-keptOfStderr),
      },
      curve: curveOf(this.dir.senderPieces(), this.dir.senderHead()),
    };
  }

  /**
   * A target that fetches its stream itself needs no connection of ours: as long as more arrives there it is let, until
   * somebody stops it.
   */
  async #letRunOn(target: Host, began: number | null): Promise<void> {
    const { dataset, host } = this.run.order;
    if (!this.run.fetches) return;
    for (let before: bigint | null = null; this.#ended === null; ) {
      const ours = (await receiveProcesses(target)).some(
        (process) => process.target === dataset && this.#isOurs(process, began),
      );
      const now = (await this.#readLeft(target))?.bytes ?? 0n;
      if (!ours || now === before) break;
      before = now;
      this.#runsOn = true;
      this.happened({ message: say`The connection to ${host} broke; it goes on receiving without it.` });
      for (const until = performance.now() + showsMoreWithin; performance.now() < until; ) {
        if (this.#ended !== null) break;
        await this.#pause(lookEvery);
      }
    }
    this.#runsOn = false;
  }

  /** What kept a target from fetching: it is that host which has to reach the source, not this machine. */
  #whyNotFetched(): Said | null {
    const { order, source, fetches } = this.run;
    const cause = findCause(this.dir.stderr());
    if (!fetches || cause?.side !== "send" || cause.entry?.side !== "ssh") return null;
    return say`${order.host} could not fetch it from ${source.host}: ${cleaned(this.dir.stderr().send)}. It is told to by “reaches” in the hosts file; there the login of ${source.host} has to work without a question.`;
  }

  /**
   * After its stream has ended a receive still writes what it holds; until then the token is not final. One of ours
   * that does not end waits for a connection that broke without a word: its sshd would do so for hours, and nothing
   * could be resumed meanwhile. It is told to end, which keeps what it has received (facts B2). So is, at once, one
   * that fetches its stream itself and was to be ended.
   * @returns what to tell people where it cannot be ended.
   */
  async #windUp(target: Host, began: number | null): Promise<Said | null> {
    const { dataset, host } = this.run.order;
    const { fetches } = this.run;
    const atOnce = fetches && this.#ended !== null;
    let told = false;
    for (const asked = performance.now(); ; await this.#pause(500)) {
      const processes = await receiveProcesses(target);
      // By the very name, as our own command has it: a `receive -d` of somebody else's is none of our business.
      const process = processes.find((candidate) => candidate.target === dataset);
      const waited = performance.now() - asked;
      // One that was to end while it was begun there may yet appear.
      if (!process && atOnce && !told && this.#sent === 0n && waited < appearsWithin) continue;
      if (!process) return null;
      if ((atOnce || waited > windsUpWithin) && !told && this.#isOurs(process, began)) {
        told = true;
        await runOn(target, terminate(process.pid));
      }
      if (waited > (told ? lingersAtMost : 2 * windsUpWithin)) {
        return say`A zfs receive into it (process ${process.pid}) is still there on ${host}. What was received can be resumed when it has ended (look with ps, end it with kill ${process.pid}).`;
      }
    }
  }

  /**
   * Whether a receive on the target is the one this attempt began: it has our very words, our side of it never said
   * how it ended, and it was started right when our stream was. Whoever uses the same words then is refused, for ZFS lets
   * one in at a time (facts A5); later, it is somebody's who has taken over.
   */
  #isOurs({ args, age }: ReceiveProcess, began: number | null): boolean {
    const { receive } = exitCodes(this.dir.path);
    const toldByItself = receive !== null && receive !== sshFailed && receive <= endedBySignal;
    if (began === null || toldByItself) return false;
    const words = args.replace(/^\S*zfs/, "zfs");
    // Names hold no quotes: without those of the shell this is what `ps` shows. What stands before it hands over to it.
    const ours = this.run.steps.flatMap(({ parts }) =>
      parts.flatMap(({ command }) => command.replaceAll("'", "").split(" | ")),
    );
    const streamBegan = began + this.dir.beforeTook(this.run.startedAt);
    const started = performance.now() - age;
    return (
      ours.some((one) => one === words || one.endsWith(` ${words}`)) &&
      started > streamBegan - wholeSecond &&
      started < streamBegan + connectsWithin
    );
  }

  /** Name on the target of the snapshot that was to be received; null while it is not there. */
  async #arrivedSnapshot(target: Host): Promise<string | null> {
    const { code, stdout, stderr } = await runOn(target, listSnapshots(this.run.order.dataset));
    if (code !== 0 && !stderr.includes("does not exist")) {
      throw new HalfwayError("ZFS_FAILED", theirs(stderr.trim()), stderr);
    }
    return parseSnapshots(stdout).find(({ guid }) => guid === this.run.toGuid)?.name ?? null;
  }

  /** Why an empty directory after a finished receive is no loss: nothing is mounted unasked (decision 6). */
  #completeWords(snapshot: string): Said {
    const { dataset, host, source } = this.run.order;
    const mount = shellQuote(["zfs", "mount", dataset]);
    return joined([
      say`${snapshot} is complete on ${host}.`,
      ...(source.base === null ? [say`A new file system is left unmounted (${mount}).`] : []),
    ]);
  }

  /** The token that ZFS still has; null where it has none. */
  async #readLeft(target: Host): Promise<Left | null> {
    const { code, stdout, stderr } = await runOn(target, readToken(this.run.order.dataset));
    if (code !== 0 && !stderr.includes("does not exist"))
      throw new HalfwayError("ZFS_FAILED", theirs(stderr.trim()), stderr);
    const token = stdout.trim();
    if (code !== 0 || token === "-") return null;
    const { bytes, toGuid } = decodeResumeToken(token);
    return { fingerprint: tokenFingerprint(token), bytes, toGuid };
  }
}

/** Both sides' words with their exit codes, for people who want to read them verbatim. */
export function wordsOf({ stderr, exitCodes: codes }: Ending): string {
  return verbatim(stderr, codes);
}
