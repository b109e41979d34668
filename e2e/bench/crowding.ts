import { setTimeout as sleep } from "node:timers/promises";
import type { HalfwayEvent } from "../../server/api/hub";
import { wire } from "../../server/wire";
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

/** What a server costs at rest, and with twenty transfers behind a thin uplink; and two hundred pages that watch one. */
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
  log(`${many} transfers at once`);
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
    // One after the other: the guests have one processor each.
    for (const { id, fingerprint } of await receives()) {
      await api.transfers.start.mutate({ id, fingerprint, intent: "resume", confirm: null });
    }
    const running = async () =>
      (await api.transfers.list.query()).filter(({ state }) => state === "running").map(({ id }) => id);
    let peak = 0;
    for (let second = 0; second < 20; second += 1) {
      await sleep(1_000);
      peak = Math.max(peak, residentMb(server));
    }
    const atWork = await running();
    if (atWork.length < many) throw new Error(`only ${atWork.length} transfers ran at once`);
    for (const id of atWork.slice(1)) await api.transfers.stop.mutate({ id });
    while ((await running()).length > 1) await sleep(500);

    log(`${pages} pages watch one of them`);
    const told: { sent: string; at: number }[] = [];
    for (let page = 0; page < pages; page += 1) meanwhile.push(watch(server, done.signal, told));
    const known = new Map<string, number>();
    for (const until = performance.now() + 20_000; performance.now() < until; await sleep(20)) {
      for (const { id, sent } of await api.transfers.list.query()) {
        const key = `${id} ${sent}`;
        if (!known.has(key)) known.set(key, performance.now());
      }
    }
    const delays = told.flatMap(({ sent, at }) => {
      const since = known.get(sent);
      return since === undefined ? [] : [Math.max(0, at - since)];
    });
    const p99 =
      delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.99)] ?? Number.POSITIVE_INFINITY;
    log(`${delays.length} progress events arrived`);
    return [
      { measure: `server memory, ${many} transfers`, value: peak, unit: " MB", bound: 300 },
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
      const data = /^data: (.*)$/m.exec(message)?.[1];
      const events = data ? wire.deserialize(JSON.parse(data)) : null;
      for (const event of Array.isArray(events) ? (events as HalfwayEvent[]) : []) {
        if (event.type === "transfer") told.push({ sent: `${event.transfer.id} ${event.transfer.sent}`, at });
      }
    }
  }
}
