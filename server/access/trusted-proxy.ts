import { BlockList, isIP } from "node:net";
import { accountName } from "./accounts";
import { peerOf } from "./peer";
import { networkOf, type ProxySettings } from "./proxy-config";
import { isSameSecret } from "./same-secret";

/** By which the proxy proves that it is the proxy. */
const secretHeader = "x-halfway-proxy-secret";

/** A proxy in front that says who somebody is. */
export type TrustedProxy = {
  /** The header in which it does, in lower case. */
  header: string;
  secret: string;
  /** Where it connects from. */
  peers: BlockList;
};

/** The proxy that the configuration trusts. */
export function trustedProxy({ userHeader, secret, peers }: ProxySettings): TrustedProxy {
  const list = new BlockList();
  for (const one of peers) {
    const network = networkOf(one);
    if (network) list.addSubnet(network.address, network.length, network.family);
  }
  return { header: userHeader, secret, peers: list };
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
