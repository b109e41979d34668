/*
 * The product with more receives than any lab has: a production server whose list was made up. What is listed is data only;
 * nothing is behind it, so whatever is done to it is refused. For the test and the measurements of long lists.
 */

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import next from "next";
import { z } from "zod";
import { Halfway } from "../server/api/halfway";
import { type HostSummary, type ListedReceive, listed } from "../server/api/hub";
import { configuration } from "../server/configuration/configuration";
import { factsOf, GiB, type Situation } from "../server/receives/fixtures";
import { judge } from "../server/receives/judge";
import { say } from "../server/say";
import type { Transfer } from "../server/transfers/types";

const crowd = z
  .object({
    PORT: z.coerce.number(),
    /** How many receives, and on how many hosts. */
    CROWD: z.coerce.number().default(1_000),
    CROWD_HOSTS: z.coerce.number().default(4),
    /** Whether one host is silent, one is read for the first time, and one has nothing. */
    CROWD_TROUBLE: z.string().optional(),
  })
  .parse(process.env);

const situations: Situation[] = [
  {},
  {},
  {},
  { token: { fromGuid: 11n }, details: { stateIn: "%recv", inconsistent: false, written: GiB } },
  { answers: [], whereabouts: [] },
  { unreadable: "Its checksum is wrong." },
  { details: { type: "volume" } },
];

function receive(at: number): ListedReceive {
  const host = `nas${at % crowd.CROWD_HOSTS}`;
  const name = at % 41 === 40 ? `${"a-very-long-name-".repeat(6)}${at}` : `set-${at}`;
  const dataset = `backup/${["home", "media", "vm", "db"][at % 4]}/${name}`;
  const facts = factsOf(situations[at % situations.length] ?? {});
  const one = listed({ ...facts.receive, verdict: judge(facts) });
  const left = one.verdict?.kind === "resumable" ? BigInt(1 + (at % 97)) * GiB : null;
  const since = at % 3 === 0 ? Date.now() - 60_000 * (at % 900) : null;
  return {
    ...one,
    ...{ id: `${host}:${dataset}`, host, dataset },
    ...{ spaceHeld: BigInt(1 + (at % 300)) * GiB, began: Date.now() - 3_600_000 * (1 + (at % 400)) },
    activity: at === running ? { kind: "receiving", by: "halfway", transferId } : { kind: "idle", since },
    verdict: one.verdict && { ...one.verdict, remaining: left },
  };
}

/** Which of them Halfway receives now. */
const running = crowd.CROWD_HOSTS;
const transferId = randomUUID();

function host(name: string, change: Partial<HostSummary> = {}): HostSummary {
  return {
    ...{ name, address: `root@${name}.lan`, status: "online", since: Date.now(), problem: null },
    ...{ zfsVersion: "2.3.9", answeredAt: Date.now(), troubledPools: [] },
    ...change,
  };
}

function transfer(sent: bigint): Transfer {
  const { host, dataset } = receive(running);
  return {
    ...{ id: transferId, intent: "resume", host, dataset, state: "running", by: "the page" },
    ...{ source: { host: "tower", snapshot: "tank/films@tue", base: null } },
    ...{ startedAt: Date.now() - 60_000, endedAt: null, attempt: 1, retryAt: null, place: null },
    ...{ flags: { raw: false, largeBlocks: true, compressed: true, embedded: false } },
    ...{ limit: null, notHeld: null, steps: [], before: 40n * GiB, sent, total: 100n * GiB },
    ...{ rate: 117_000_000, message: null, stderr: null, cause: null, left: null },
  };
}

const halfway = await Halfway.start(configuration());
// The pages' own copy of that module takes this one (see `halfway` there).
Object.assign(globalThis, { [Symbol.for("halfway.server")]: Promise.resolve(halfway) });

const all = Array.from({ length: crowd.CROWD }, (_, at) => receive(at));
for (let at = 0; at < crowd.CROWD_HOSTS; at += 1) {
  const name = `nas${at}`;
  halfway.hub.put({ type: "host", host: host(name) });
  halfway.hub.putReceives(
    name,
    all.filter((one) => one.host === name),
  );
}
if (crowd.CROWD > running) {
  let sent = 0n;
  setInterval(() => {
    sent = (sent + 117_000_000n) % (60n * GiB);
    halfway.hub.put({ type: "transfer", transfer: transfer(sent) });
  }, 1_000);
}
if (crowd.CROWD_TROUBLE !== undefined) {
  const quiet = {
    status: "offline",
    problem: say`It did not answer within 10 s.`,
    answeredAt: Date.now() - 9e5,
  } as const;
  halfway.hub.put({ type: "host", host: host("nas0", quiet) });
  halfway.hub.put({
    type: "host",
    host: host("attic", { troubledPools: [{ name: "flaky", health: "SUSPENDED", readonly: false }] }),
  });
}

const app = next({ dev: false, hostname: "127.0.0.1", port: crowd.PORT });
await app.prepare();
const handle = app.getRequestHandler();
createServer((request, response) => void handle(request, response)).listen(crowd.PORT, "127.0.0.1");
