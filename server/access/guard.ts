/** The parts of a request that tell whether it comes from this page. */
export type GuardedRequest = {
  method: string;
  path: string;
  header: (name: string) => string | null;
};

/** What a server answers to. */
export type Doors = {
  /** `Host` values, without the port. */
  hosts: ReadonlySet<string>;
  /** Whether passwords may cross the network for everybody to read. */
  insecureHttp: boolean;
};

/** `null` lets a request through; else the status and the sentence that it gets. */
export type Refusal = { status: 400 | 403 | 405 | 411 | 413 | 415 | 421 | 426; message: string } | null;

const readMethods = new Set(["GET", "HEAD"]);
const loopback = ["localhost", "127.0.0.1", "[::1]"];
/** The largest thing that anybody has to say are a hundred policies. */
const largestBody = 1024 * 1024;
/** No form and no link of another site's can send it; a script of another site's would have to ask first. */
export const ownHeader = "x-halfway";

/** Refuses requests that a page of somebody else's may have made the browser send (DNS rebinding, forged forms). */
export function checkRequest({ method, path, header }: GuardedRequest, doors: Doors): Refusal {
  const host = header("host")?.toLowerCase() ?? "";
  const name = withoutPort(host);
  if (!doors.hosts.has(name)) {
    const message = `Halfway does not answer to the name “${host}”. Add it to its names (HALFWAY_HOSTS) if it should.`;
    return { status: 421, message };
  }
  const https = cameByHttps(header);
  if (!https && !loopback.includes(name) && !doors.insecureHttp) {
    const message =
      "Halfway is not shown over plain HTTP, where everybody on the way can read passwords. Put an HTTPS proxy in " +
      "front that sets X-Forwarded-Proto, or open it through an SSH tunnel as http://localhost.";
    return { status: 426, message };
  }
  const site = header("sec-fetch-site");
  const origin = header("origin");
  const foreign = { status: 403, message: "This request comes from another site." } as const;
  // A link from elsewhere may open the page; a page from elsewhere may not read or send anything.
  const opensPage = method === "GET" && header("sec-fetch-mode") === "navigate" && !path.startsWith("/api/");
  if (site !== null && site !== "same-origin" && site !== "none" && !opensPage) return foreign;
  // Next would look for one, and fill the log with what it did not find.
  if (header("next-action") !== null) return { status: 400, message: "There are no server actions here." };
  if (readMethods.has(method)) return null;
  if (method !== "POST") return { status: 405, message: "Only GET and POST are answered here." };
  // Scheme and port are part of an origin: another program on the same machine is somebody else.
  if (origin !== null && origin.toLowerCase() !== `${https ? "https" : "http"}://${host}`) return foreign;
  if (!/^application\/json\s*(;|$)/i.test(header("content-type") ?? "")) {
    return { status: 415, message: "Only JSON is accepted here." };
  }
  // Not any `Authorization`: browsers send a Basic one by themselves.
  if (header(ownHeader) === null && !/^bearer /i.test(header("authorization") ?? "")) {
    return { status: 403, message: `Whatever changes something needs the header ${ownHeader}, or a token.` };
  }
  const length = header("content-length");
  if (length === null || !/^\d+$/.test(length)) return { status: 411, message: "How long is it?" };
  if (Number(length) > largestBody)
    return { status: 413, message: "This is more than Halfway reads at once." };
  return null;
}

/** Whether the browser's side of a request is encrypted, as the proxy in front says; Halfway itself speaks HTTP only. */
export function cameByHttps(header: GuardedRequest["header"]): boolean {
  return header("x-forwarded-proto")?.split(",")[0]?.trim() === "https";
}

/** This machine's own names and those of the configuration. */
export function doorsOf({ names, insecureHttp }: { names: readonly string[]; insecureHttp: boolean }): Doors {
  return { hosts: new Set([...loopback, ...names]), insecureHttp };
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, "");
}
