import { setTimeout as sleep } from "node:timers/promises";
import { hasEnded } from "../../server/transfers/states";
import { killReceive, killSend, sendersOf } from "../faults/victims";
import { type HostName, netCut, netRestore, powerCut, powerOn, restartSshd, sh } from "../lab";
import { uplink } from "../uplink";
import { inSession, mastersIn } from "./footprint";
import type { Lane } from "./lanes";

/** Where it happens. */
export type Scene = { lanes: readonly Lane[]; stateDir: string; temporary: string };

/** What came of it: empty where all is well, else what is not true; null where nothing was there to interrupt any more. */
type Outcome = string[] | null;

/** Something that happens to transfers. */
type Interruption = {
  says: string;
  /** How often, against the others. */
  weight: number;
  act: (lane: Lane, scene: Scene) => Promise<Outcome>;
};

/** A pause before another attempt is five seconds at first; a host that was off takes a minute to answer. */
const goesOnWithin = 240_000;

export const interruptions: readonly Interruption[] = [
  {
    says: "zfs receive killed",
    weight: 5,
    act: (lane) => broken(lane, () => killReceive(lane.target)),
  },
  {
    says: "zfs send killed",
    weight: 3,
    act: (lane) =>
      broken(lane, async () => {
        // A whole send has no token by which its process could be told from others.
        const isTold = (await sendersOf(lane.source)).length > 0;
        await (isTold ? killSend(lane.source) : killReceive(lane.target));
      }),
  },
  {
    says: "ssh of a stream killed",
    weight: 4,
    act: async (lane, { stateDir }) => {
      const session = await lane.session(stateDir);
      const [pid] = session === null ? [] : inSession(session, "ssh");
      return pid === undefined ? null : broken(lane, async () => kill(pid));
    },
  },
  {
    says: "shared SSH connections killed",
    weight: 2,
    // The streams have connections of their own, and go on.
    act: async (_, { temporary }) => {
      const masters = mastersIn(temporary);
      for (const pid of masters) kill(pid);
      return masters.length === 0 ? null : [];
    },
  },
  { says: "sshd of nas restarted", weight: 1, act: (lane) => broken(lane, () => restartSshd("nas")) },
  { says: "sshd of tower restarted", weight: 1, act: (lane) => broken(lane, () => restartSshd("tower")) },
  { says: "link to nas cut for 20 s", weight: 1, act: (lane) => broken(lane, () => cut("nas", 20_000)) },
  { says: "link to tower cut for 20 s", weight: 1, act: (lane) => broken(lane, () => cut("tower", 20_000)) },
  { says: "link to nas cut for 75 s", weight: 1, act: (lane) => broken(lane, () => cut("nas", 75_000)) },
  { says: "stopped on the page, resumed", weight: 3, act: (lane) => lane.stopped() },
  {
    says: "stopped and aborted on the page",
    weight: 3,
    act: async (lane) => {
      const wrong = await lane.stopped();
      // What was quicker than the stop is finished: there is nothing to abort.
      return lane.transferId === null && wrong?.length === 0 ? lane.aborted() : wrong;
    },
  },
  { says: "power of nas cut", weight: 0.4, act: (lane, scene) => dark(lane, scene, "nas") },
  { says: "power of tower cut", weight: 0.4, act: (lane, scene) => dark(lane, scene, "tower") },
];

/** One of them, by their weights. @param chance from 0 to 1. */
export function chosenBy(chance: number): Interruption {
  let left = chance * interruptions.reduce((sum, { weight }) => sum + weight, 0);
  for (const one of interruptions) {
    left -= one.weight;
    if (left < 0) return one;
  }
  return interruptions[0] as Interruption;
}

/** Breaks a transfer, and waits until it is at work again, or over; nothing that was received may be lost by that. */
async function broken(lane: Lane, act: () => Promise<void>): Promise<Outcome> {
  const before = await lane.transfer();
  if (!before) return null;
  const lost = await lane.look();
  try {
    await act();
  } catch (error) {
    // Too late: it has arrived meanwhile.
    const state = (await lane.transfer())?.state;
    if (state !== "finished" && state !== "verifying") throw error;
    return lost.length > 0 ? lost : null;
  }
  return [...lost, ...(await goesOn(lane, before.attempt))];
}

async function goesOn(lane: Lane, attempt: number): Promise<string[]> {
  for (const until = Date.now() + goesOnWithin; ; await sleep(500)) {
    const now = await lane.transfer();
    // What survived it goes on in the same attempt, and has an end one day.
    if (!now || hasEnded(now.state)) return [];
    if (now.state === "running" && (now.attempt > attempt || (await lane.isMoving().catch(() => false)))) {
      return lane.look();
    }
    if (Date.now() > until) {
      const how = `${now.state}, attempt ${now.attempt}: ${now.message}`;
      return [`${lane.target}: it does not go on within ${goesOnWithin / 1_000} s, but is ${how}`];
    }
  }
}

async function cut(host: HostName, ms: number): Promise<void> {
  await netCut(host);
  try {
    await sleep(ms);
  } finally {
    await netRestore(host);
  }
}

/** One that has just ended by itself needs no killing. */
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function dark(lane: Lane, { lanes }: Scene, host: HostName): Promise<Outcome> {
  const before = await lane.transfer();
  if (!before) return null;
  // What was seen may be ahead of the disk, and what is not on disk is what a power cut may take.
  const lost = (await Promise.all(lanes.map((one) => one.look()))).flat();
  await sh("nas", "zpool sync backup");
  await powerCut(host);
  await sleep(5_000);
  await powerOn(host);
  if (host === "tower") await uplink.slow();
  return [...lost, ...(await goesOn(lane, before.attempt))];
}
