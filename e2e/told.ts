import type { Page } from "@playwright/test";
import type { HalfwayEvent } from "../server/api/hub";
import type { Transfer } from "../server/transfers/types";
import { wire } from "../server/wire";

type Told = Window & { told: (data: string) => void };

/**
 * Lets a test say what the server's event stream says, for what a page does with transfers where there is no ZFS to make any.
 * To be called before the page is opened.
 */
export async function toldBy(page: Page): Promise<(...events: HalfwayEvent[]) => Promise<void>> {
  await page.addInitScript(() => {
    class Stream extends EventTarget {
      static readonly CLOSED = 2;
      readyState = 1;
      constructor() {
        super();
        (window as unknown as Told).told = (data) =>
          this.dispatchEvent(new MessageEvent("message", { data }));
        setTimeout(() => {
          this.dispatchEvent(new Event("open"));
          this.dispatchEvent(new MessageEvent("connected", { data: "{}" }));
          // All there is: nothing yet.
          (window as unknown as Told).told(JSON.stringify({ json: [] }));
        });
      }
      close(): void {
        this.readyState = 2;
      }
    }
    Object.assign(window, { EventSource: Stream });
  });
  return async (...events) => {
    const data = JSON.stringify(wire.serialize(events));
    await page.evaluate((text) => (window as unknown as Told).told(text), data);
  };
}

/** A transfer of 1000 bytes as the server tells of it. */
export function transferOf(
  about: Pick<Transfer, "id" | "dataset" | "state"> & Partial<Transfer>,
): HalfwayEvent {
  const transfer: Transfer = {
    ...{ intent: "resume", host: "nas", by: "admin", startedAt: Date.now(), endedAt: null, attempt: 1 },
    source: { host: "tower", snapshot: `${about.dataset}@daily`, base: null },
    flags: { raw: false, largeBlocks: true, compressed: true, embedded: true },
    ...{
      retryAt: null,
      place: null,
      limit: null,
      notHeld: null,
      steps: [],
      before: 0n,
      sent: 0n,
      total: 1000n,
    },
    ...{ rate: null, message: null, stderr: null },
    ...about,
  } as Transfer;
  return { type: "transfer", transfer };
}
