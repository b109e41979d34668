import { setTimeout as sleep } from "node:timers/promises";
import { ensureBuild } from "../build";
import { browser } from "../client";
import { configFile, sh } from "../lab";
import type { RunningServer } from "../server";
import { uplink } from "../uplink";
import { type Line, log } from "./measure";
import { residentMb, withServer } from "./server";

const many = 20;
const pages = 200;
const megabytes = 60;

/** What a server costs at rest, and with twenty transfers behind a thin uplink that two hundred pages watch. */
export async function crowding(): Promise<Line[]> {
  await ensureBuild();
  return withServer(configFile, async (server) => {
    await sleep(10_000);
    const idle = residentMb(server);
    return [
      { measure: "server memory, idle", value: idle, unit: " MB", bound: 250 },
      ...(await crowd(server)),
    ];
  });
}

async function crowd(server: RunningServer): Promise<Line[]> {
  log(`${many} transfers at once, and ${pages} pages`);
  const names = Array.from({ length: many }, (_, at) => `bench-${at}`);
  await sh(
    "tower",
    `for n in ${names.join(" ")}; do zfs create tank/$n; head -c ${megabytes}M /dev/urandom >/tank/$n/data; zfs snapshot tank/$n@s
zfs send tank/$n@s 2>/dev/null | head -c 2M | ssh nas zfs receive -s backup/$n 2>/dev/null; done; true`,
    { timeoutMs: 300_000 },
  );
  const api = browser(server);
  await api.settings.update.mutate({ overall: 100, perHost: 100 });
  const receives = async () =>
    (await api.receives.list.query())
      .flatMap((host) => host.receives)
      .filter(
        (one) => names.includes(one.dataset.replace("backup/", "")) && one.verdict?.kind === "resumable",
      );
  while ((await receives()).length < many) await sleep(500);
  await uplink.slow();
  const done = new AbortController();
  const meanwhile: Promise<void>[] = [];
  try {
    const told: { sent: string; at: number }[] = [];
    for (let page = 0; page < pages; page += 1) meanwhile.push(watch(server, done.signal, told));
    const known = new Map<string, number>();
    let peak = 0;
    let mostAtWork = 0;
    const look = async () => {
      for (; !done.signal.aborted; await sleep(20)) {
        const transfers = await api.transfers.list.query();
        const atWork = transfers.filter(({ state }) => state === "running").length;
        mostAtWork = Math.max(mostAtWork, atWork);
        for (const { id, sent } of transfers) {
          const key = `${id} ${sent}`;
          if (!known.has(key)) known.set(key, performance.now());
        }
        peak = Math.max(peak, residentMb(server));
      }
    };
    meanwhile.push(look());
    // One after the other: the guests have one processor each.
    for (const { id, fingerprint } of await receives()) {
      await api.transfers.start.mutate({ id, fingerprint, intent: "resume", confirm: null });
    }
    await sleep(20_000);
    if (mostAtWork < many) throw new Error(`only ${mostAtWork} transfers ran at once`);
    done.abort();
    await Promise.allSettled(meanwhile);
    const delays = told.flatMap(({ sent, at }) => {
      const since = known.get(sent);
      return since === undefined ? [] : [Math.max(0, at - since)];
    });
    const p99 =
      delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.99)] ?? Number.POSITIVE_INFINITY;
    log(`${delays.length} progress events arrived`);
    return [
      {
        measure: `server memory, ${many} transfers and ${pages} pages`,
        value: peak,
        unit: " MB",
        bound: 300,
      },
      { measure: `p99 delay of a progress event, ${pages} pages`, value: p99, unit: " ms", bound: 500 },
    ];
  } finally {
    done.abort();
    await Promise.allSettled(meanwhile);
    await uplink.quick();
  }
}

/** A page's event stream: notes when it is told of each count of sent bytes. */
async function watch(
  { url, headers }: RunningServer,
  signal: AbortSignal,
  told: { sent: string; at: number }[],
): Promise<void> {
  const { body } = await fetch(`${url}/api/trpc/events.stream`, {
    headers: { ...headers, accept: "text/event-stream" },
    signal,
  });
  let text = "";
  for await (const chunk of body ?? []) {
    const at = performance.now();
    text += Buffer.from(chunk).toString("utf8");
    const messages = text.split("\n\n");
    text = messages.pop() ?? "";
    for (const message of messages) {
      for (const [, transfer] of message.matchAll(/"transfer":(\{.*?"left":[^,}]*)/g)) {
        const id = /"id":"([0-9a-f-]{36})"/.exec(transfer ?? "")?.[1];
        const sent = /"sent":"(\d+)"/.exec(transfer ?? "")?.[1];
        if (id && sent) told.push({ sent: `${id} ${sent}`, at });
      }
    }
  }
}
