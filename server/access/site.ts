import { isIP } from "node:net";
import { type Said, say } from "../say";
import { cameByHttps } from "./guard";

/** Where a page was opened, as the browser sees it: passkeys and sign-ins elsewhere are tied to it. */
export type Site = {
  /** Without a port. */
  name: string;
  /** Scheme, name and port. */
  origin: string;
};

/** The site of a request. Its `Host` has passed the guard: it is one of ours. */
export function siteOf(headers: Headers): Site {
  const scheme = cameByHttps((name) => headers.get(name)) ? "https" : "http";
  const { hostname, origin } = new URL(`${scheme}://${headers.get("host") ?? ""}`);
  return { name: hostname, origin };
}

/** Why browsers offer no passkeys at a site, in words; null where they do. */
export function passkeyRefusal({ name, origin }: Site): Said | null {
  if (isIP(name.replace(/^\[|\]$/g, "")) !== 0) {
    return say`A passkey belongs to a name, and this page was opened by an address. Open it by its name, or as http://localhost.`;
  }
  if (!origin.startsWith("https:") && name !== "localhost") {
    return say`Browsers offer passkeys over HTTPS only (and as http://localhost), and this page came by plain HTTP.`;
  }
  return null;
}
