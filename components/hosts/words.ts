import { formatDuration, plural } from "@/components/format";
import type { HostSummary } from "@/server/api/hub";
import type { Check, Looked } from "@/server/hosts/findings";
import type { Act } from "@/server/zfs/delegation";

/** What is looked at, as a heading. */
export const lookedWords: Record<Looked, string> = {
  reach: "Way there",
  "host-key": "Host key",
  login: "Login",
  zfs: "ZFS",
  list: "Datasets",
  rights: "Rights",
  events: "Events",
  ps: "Processes",
  tools: "Stages",
  clock: "Clock",
};

/** What Halfway does that takes a right. */
export const actWords: Record<Act, string> = {
  send: "send",
  hold: "hold",
  release: "release",
  receive: "receive",
  rollback: "roll back (-F)",
  abort: "abort (-A)",
};

/** What a check comes to, in a sentence. */
export function verdictWords({ findings }: Pick<Check, "findings">): string {
  const problems = findings.filter(({ state }) => state === "problem").length;
  const notes = findings.filter(({ state }) => state === "note").length;
  if (problems === 0 && notes === 0) return "All is well.";
  const also = notes === 0 ? "" : `${plural(notes, "thing")} could be better.`;
  if (problems === 0) return `It works; ${also}`;
  return [`${plural(problems, "thing")} ${problems === 1 ? "does" : "do"} not work.`, also].join(" ").trim();
}

/** How long a host has been as it is. */
export function sinceWords({ status, since }: Pick<HostSummary, "status" | "since">, now: number): string {
  const words = { online: "online", offline: "offline", reading: "being read" }[status];
  return `${words} for ${formatDuration(now - since)}`;
}

/** The port that was typed; null for none, undefined for what is none. */
export function portIn(text: string): number | null | undefined {
  if (text.trim() === "") return null;
  const port = Number(text);
  return /^\s*\d+\s*$/.test(text) && port >= 1 && port <= 65_535 ? port : undefined;
}

/** Where OpenSSH keeps the key that a host shows, by the kind of key. */
export function keyFileOf(hostKey: string): string {
  const kind = hostKey.startsWith("ssh-ed25519 ")
    ? "ed25519"
    : hostKey.startsWith("ssh-rsa ")
      ? "rsa"
      : "ecdsa";
  return `/etc/ssh/ssh_host_${kind}_key.pub`;
}
