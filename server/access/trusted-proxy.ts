import { BlockList, isIP } from "node:net";
import { HalfwayError } from "../errors";
import { accountName } from "./accounts";
import { peerOf } from "./peer";
import { isSameSecret } from "./same-secret";

/** By which the proxy proves that it is the proxy. */
const secretHeader = "x-halfway-proxy-secret";
const shortestSecret = 24;
/** What has a meaning of its own names nobody. */
const notForNames = /^(host|cookie|authorization|origin|content-.*|sec-.*|x-forwarded-.*|x-halfway.*)$/;

/** A proxy in front that says who somebody is. */
export type TrustedProxy = {
  /** The header in which it does, in lower case. */
  header: string;
  secret: string;
  /** Where it connects from. */
  peers: BlockList;
};

/**
 * The proxy of `HALFWAY_PROXY_USER_HEADER`; null where none is trusted.
 * @throws HalfwayError `BAD_INPUT` when it could be anybody.
 */
export function loadTrustedProxy(env: Record<string, string | undefined>): TrustedProxy | null {
  const header = env.HALFWAY_PROXY_USER_HEADER?.trim().toLowerCase();
  if (!header) return null;
  if (!/^[a-z0-9-]+$/.test(header) || notForNames.test(header)) {
    throw new HalfwayError("BAD_INPUT", `HALFWAY_PROXY_USER_HEADER: “${header}” cannot say who somebody is.`);
  }
  const secret = env.HALFWAY_PROXY_SECRET ?? "";
  if (secret.length < shortestSecret) {
    throw new HalfwayError(
      "BAD_INPUT",
      `HALFWAY_PROXY_SECRET has to have at least ${shortestSecret} characters: whoever knows it and can connect to Halfway is ` +
        "whoever they say.",
    );
  }
  return { header, secret, peers: peersOf(env.HALFWAY_PROXY_PEERS ?? "127.0.0.1, ::1") };
}

/** Who the trusted proxy says that sends a request; null where it says nothing, or somebody else says it. */
export function proxiedName(headers: Headers, { header, secret, peers }: TrustedProxy): string | null {
  const peer = peerOf(headers);
  if (peer === null || !peers.check(peer, isIP(peer) === 6 ? "ipv6" : "ipv4")) return null;
  if (!isSameSecret(headers.get(secretHeader) ?? "", secret)) return null;
  // Two of them would be one from the proxy and one from its client.
  const name = accountName.safeParse(headers.get(header));
  return name.success ? name.data : null;
}

function peersOf(text: string): BlockList {
  const peers = new BlockList();
  for (const one of text.split(",").map((part) => part.trim())) {
    const [address = "", bits] = one.split("/");
    const version = isIP(address);
    const longest = version === 6 ? 128 : 32;
    const length = bits === undefined ? longest : Number(bits);
    if (version === 0 || bits === "" || !Number.isInteger(length) || length < 0 || length > longest) {
      throw new HalfwayError("BAD_INPUT", `HALFWAY_PROXY_PEERS: “${one}” is no address, and no network.`);
    }
    peers.addSubnet(address, length, version === 6 ? "ipv6" : "ipv4");
  }
  return peers;
}
