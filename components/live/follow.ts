import type { HalfwayEvent } from "@/server/api/hub";
import { wire } from "@/server/wire";

const url = "/api/trpc/events.stream";
const longestPause = 5_000;
const closed = 2;

/** What a tab that has a stream tells the others of its browser: what it heard. One without asks `who` has one. */
type Overheard = { type: string; text: string; by: number; shown: boolean };

/**
 * Follows the server's events, through whatever interrupts them. Only the whole page uses it: what tRPC would bring for it is
 * several times as large.
 *
 * A tab that is looked at has a stream of its own. Of those that are not, one has one at most, and the others listen to what
 * it hears: by HTTP/1.1 a browser opens six connections to a server, and every stream takes one for good.
 * @return ends it.
 */
export function follow({
  onBegin,
  onEvents,
  onLost,
  onSignedOut,
}: {
  /** A connection stands: the events that come next are all there is. */
  onBegin: () => void;
  onEvents: (events: HalfwayEvent[]) => void;
  /** What is known is as of `heardAt`; it may be told again before anything new is heard. */
  onLost: (heardAt: number) => void;
  onSignedOut: () => void;
}): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempts = 0;
  /** The server gives a sign of life more often than this. */
  let patience = 25_000;
  let began = 0;
  let heardAt = 0;
  let waitsSince = 0;
  /** Whether the stream of this tab has told all there is. */
  let told = false;
  /** The tab that is listened to while this one has no stream. */
  let speaker: number | null = null;
  const me = Math.random();
  const tabs = new BroadcastChannel("halfway.events");

  const isShown = () => document.visibilityState === "visible";
  const tell = (type: string, text = "") =>
    tabs.postMessage({ type, text, by: me, shown: isShown() } satisfies Overheard);
  const quit = () => {
    source?.close();
    source = null;
    clearTimeout(timer);
  };
  const silent = () => {
    onLost(heardAt);
    open();
  };
  const wait = () => {
    clearTimeout(timer);
    waitsSince = Date.now();
    timer = setTimeout(silent, patience);
  };
  // A browser gives up where a proxy answers with an error page.
  const later = () => {
    quit();
    onLost(heardAt);
    timer = setTimeout(open, Math.min(500 * 2 ** attempts, longestPause));
    attempts += 1;
  };
  const heard = () => {
    heardAt = Date.now();
    // One that ends right after it began, again and again, is not asked for twice a second.
    if (performance.now() - began > longestPause) attempts = 0;
    wait();
  };
  const hear = (type: string, text: string) => {
    heard();
    if (type === "connected") {
      const { reconnectAfterInactivityMs } = JSON.parse(text) as { reconnectAfterInactivityMs?: number };
      patience = reconnectAfterInactivityMs ?? patience;
      heard();
      onBegin();
    } else if (type === "message") onEvents(wire.deserialize(JSON.parse(text)) as HalfwayEvent[]);
  };
  const open = () => {
    quit();
    speaker = null;
    const opened = new EventSource(url);
    source = opened;
    told = false;
    began = performance.now();
    wait();
    const on = (type: string, take: (text: string) => void) =>
      opened.addEventListener(type, (event) => {
        // What cannot be read leaves no gap: all there is is told anew.
        try {
          if (source === opened) take((event as MessageEvent<string>).data);
        } catch {
          later();
        }
      });
    for (const type of ["connected", "ping", "message"]) {
      on(type, (text) => {
        hear(type, text);
        tell(type, text);
        if (type !== "message" || told) return;
        told = true;
        if (!isShown()) tell("who");
      });
    }
    on("serialized-error", (text) => {
      const error = wire.deserialize(JSON.parse(text)) as { data?: { reason?: string } } | undefined;
      if (error?.data?.reason === "UNAUTHENTICATED") onSignedOut();
      later();
    });
    on("return", later);
    on("error", () => {
      if (opened.readyState === closed) return later();
      wait();
      onLost(heardAt);
    });
  };
  tabs.onmessage = ({ data: { type, text, by, shown } }: MessageEvent<Overheard>) => {
    if (type === "who") {
      if (told && source) tell("ping");
      return;
    }
    if (isShown()) return;
    if (source) {
      // Of two that nobody looks at, one goes on.
      if (!told || !(shown || by < me)) return;
      quit();
      speaker = by;
    }
    if (type === "connected" || speaker === null) speaker = by;
    if (speaker === by) hear(type, text);
  };
  const look = () => {
    if (!isShown()) return;
    // What slept has missed the end of its stream, and shows what was before.
    if (Date.now() - waitsSince > patience) silent();
    else if (!source) open();
  };
  document.addEventListener("visibilitychange", look);
  open();
  return () => {
    quit();
    tabs.close();
    document.removeEventListener("visibilitychange", look);
  };
}
