import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunningServer } from "../server";

const readers = 4;
const longestVisit = 40_000;
/** The status of `REFUSED`, which a name and a password get that do not belong together. */
const wrongGuess = 412;

/** Everybody who looks at a server meanwhile: pages that come and go, one that falls asleep, and people at the door. */
export class Visitors {
  readonly #over = new AbortController();
  readonly #all: Promise<void>[] = [];
  /** How often each of them came. */
  readonly came = { streams: 0, pages: 0, doors: 0 };

  constructor(private readonly server: RunningServer) {
    for (let reader = 0; reader < readers; reader += 1) this.#again(() => this.#follow());
    this.#again(() => this.#fallAsleep());
    this.#again(() => this.#visit());
    this.#again(() => this.#knock());
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#all);
  }

  #again(act: () => Promise<void>): void {
    const { signal } = this.#over;
    const all = async () => {
      while (!signal.aborted) {
        // A stream that is left breaks off, and a server that ends refuses: both belong to it.
        await act().catch(() => sleep(500));
      }
    };
    this.#all.push(all());
  }

  /** An event stream that is read for a while, and left without a word, as a tab is closed. */
  async #follow(): Promise<void> {
    const body = await this.#open(500 + Math.random() * longestVisit);
    this.came.streams += 1;
    for await (const _ of body ?? []);
  }

  /** One that is opened and never read, as on a laptop that was closed. */
  async #fallAsleep(): Promise<void> {
    const body = await this.#open(longestVisit);
    this.came.streams += 1;
    await this.#pause(longestVisit);
    await body?.cancel();
  }

  async #open(forMs: number): Promise<Response["body"]> {
    const { url, headers } = this.server;
    const answer = await fetch(`${url}/api/trpc/events.stream`, {
      headers: { ...headers, accept: "text/event-stream" },
      signal: this.#until(forMs),
    });
    return expected(answer).body;
  }

  /** Pages that are opened: the server puts them together. */
  async #visit(): Promise<void> {
    for (const path of ["/", "/hosts", "/transfers", "/settings"]) {
      const page = await fetch(`${this.server.url}${path}`, {
        headers: this.server.headers,
        signal: this.#until(30_000),
      });
      await expected(page).arrayBuffer();
      this.came.pages += 1;
      await this.#pause(4_000);
    }
  }

  /** Somebody signs in and out again; somebody else tries a password. */
  async #knock(): Promise<void> {
    const { name, password } = this.server.account;
    const guess = { name: `nobody-${this.came.doors}`, password: "guess", code: null };
    try {
      const cookie = await this.#post("session.signIn", { name, password, code: null });
      await this.#post("session.signOut", {}, { cookie });
      await this.#post("session.signIn", guess, { status: wrongGuess });
      this.came.doors += 1;
    } finally {
      // Also after a refusal: who knocks at once again is soon kept waiting for that.
      await this.#pause(45_000);
    }
  }

  async #post(procedure: string, json: object, { cookie = "", status = 200 } = {}): Promise<string> {
    const answer = await fetch(`${this.server.url}/api/trpc/${procedure}`, {
      ...{ method: "POST", body: JSON.stringify({ json }), signal: this.#until(30_000) },
      headers: { "content-type": "application/json", "x-halfway": "bench", cookie },
    });
    await expected(answer, status).arrayBuffer();
    return answer.headers
      .getSetCookie()
      .map((one) => one.split(";")[0])
      .join("; ");
  }

  /** Not by `AbortSignal.any`: what nothing else holds is collected there before its time is over. */
  #until(ms: number): AbortSignal {
    const leaving = new AbortController();
    const timer = setTimeout(() => leaving.abort(), ms);
    this.#over.signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        leaving.abort();
      },
      { signal: leaving.signal },
    );
    return leaving.signal;
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#over.signal });
  }
}

/** Who is not let in was not there. */
function expected(answer: Response, status = 200): Response {
  if (answer.status === status) return answer;
  // Else its connection would stay open for as long as nobody reads it.
  void answer.body?.cancel().catch(() => {});
  throw new Error(`${answer.url} answered ${answer.status}`);
}

/** Takes notices as somebody's webhook does; now and then it is out of order. */
export class Receiver {
  readonly #server: Server;
  taken = 0;
  refused = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      request.resume();
      const refuses = (this.taken + this.refused) % 5 === 4;
      if (refuses) this.refused += 1;
      else this.taken += 1;
      response.writeHead(refuses ? 503 : 204).end();
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/notices`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** What `/metrics` says, by name; values of all labels together. */
export async function scraped({ url, headers }: RunningServer): Promise<Map<string, number>> {
  const answer = await fetch(`${url}/metrics`, { headers, signal: AbortSignal.timeout(10_000) });
  const sums = new Map<string, number>();
  for (const [, name = "", value] of (await answer.text()).matchAll(/^(\w+)(?:\{.*\})? (\S+)$/gm)) {
    sums.set(name, (sums.get(name) ?? 0) + Number(value));
  }
  return sums;
}
