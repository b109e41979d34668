import { sh } from "./lab";

const nic = "$(ip -o route get 10.0.2.2 | sed 's/.* dev \\([^ ]*\\).*/\\1/')";

/** What `tower` sends goes through this: a thin uplink leaves time to act, or to look, in the middle of a transfer. */
export const uplink = {
  slow: () => sh("tower", `tc qdisc replace dev ${nic} root tbf rate 24mbit burst 64k latency 300ms`),
  quick: () => sh("tower", `tc qdisc del dev ${nic} root 2>/dev/null || true`),
};
