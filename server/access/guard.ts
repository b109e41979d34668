/** The parts of a request that tell whether it comes from this page. */
export type GuardedRequest = {
  method: string;
  header: (name: string) => string | null;
};

/** `null` lets a request through; else the status and the sentence that it gets. */
export type Refusal = { status: 403 | 415 | 421; message: string } | null;

const safeMethods = new Set(["GET", "HEAD"]);

/**
 * Refuses requests that a page of somebody else's may have made the browser send (DNS rebinding, forged forms).
 * @param allowedHosts `Host` values that this server answers to, without the port.
 */
export function checkRequest(request: GuardedRequest, allowedHosts: ReadonlySet<string>): Refusal {
  const host = request.header("host") ?? "";
  if (!allowedHosts.has(withoutPort(host))) {
    const message = `Halfway does not answer to the name “${host}”. Add it to HALFWAY_ALLOWED_HOSTS if it should.`;
    return { status: 421, message };
  }
  const site = request.header("sec-fetch-site");
  const origin = request.header("origin");
  const foreign = { status: 403, message: "This request comes from another site." } as const;
  // A link from elsewhere may open the page; a page from elsewhere may not read or send anything.
  const opensPage = request.method === "GET" && request.header("sec-fetch-mode") === "navigate";
  if (site !== null && site !== "same-origin" && site !== "none" && !opensPage) return foreign;
  if (safeMethods.has(request.method)) return null;
  if (origin !== null && hostOf(origin) !== host) return foreign;
  if (!(request.header("content-type") ?? "").startsWith("application/json")) {
    return { status: 415, message: "Only JSON is accepted here." };
  }
  return null;
}

/** The names that this machine is opened by, plus those of `HALFWAY_ALLOWED_HOSTS` (separated by commas). */
export function allowedHosts(env: Record<string, string | undefined> = process.env): ReadonlySet<string> {
  const configured = (env.HALFWAY_ALLOWED_HOSTS ?? "").split(",").map((name) => name.trim().toLowerCase());
  return new Set(["localhost", "127.0.0.1", "[::1]", ...configured.filter((name) => name !== "")]);
}

function withoutPort(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "");
}

function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}
