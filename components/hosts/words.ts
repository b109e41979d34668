import { formatDuration } from "@/components/format";
import type { HostSummary } from "@/server/api/hub";
import type { Check, Looked } from "@/server/hosts/findings";
import { counted, joined, type Said, say } from "@/server/say";
import type { Act } from "@/server/zfs/delegation";

/** What is looked at, as a heading. */
export const lookedWords: Record<Looked, Said> = {
  reach: say`Way there`,
  "host-key": say`Host key`,
  login: say`Login`,
  zfs: say`ZFS`,
  list: say`Datasets`,
  rights: say`Rights`,
  events: say`Events`,
  ps: say`Processes`,
  tools: say`Stages`,
  clock: say`Clock`,
};

/** What Halfway does that takes a right. */
export const actWords: Record<Act, { may: Said; mayNot: Said }> = {
  send: { may: say`send`, mayNot: say`no send` },
  hold: { may: say`hold`, mayNot: say`no hold` },
  release: { may: say`release`, mayNot: say`no release` },
  receive: { may: say`receive`, mayNot: say`no receive` },
  rollback: { may: say`roll back (-F)`, mayNot: say`no roll back (-F)` },
  abort: { may: say`abort (-A)`, mayNot: say`no abort (-A)` },
};

/** What a check comes to, in a sentence. */
export function verdictWords({ findings }: Pick<Check, "findings">): Said {
  const problems = findings.filter(({ state }) => state === "problem").length;
  const notes = findings.filter(({ state }) => state === "note").length;
  if (problems === 0 && notes === 0) return say`All is well.`;
  const better = counted(notes, say`1 thing could be better.`, say`${notes} things could be better.`);
  if (problems === 0) {
    return counted(
      notes,
      say`It works; 1 thing could be better.`,
      say`It works; ${notes} things could be better.`,
    );
  }
  const broken = counted(problems, say`1 thing does not work.`, say`${problems} things do not work.`);
  return notes === 0 ? broken : joined([broken, better]);
}

/** How long a host has been as it is. */
export function sinceWords({ status, since }: Pick<HostSummary, "status" | "since">, now: number): Said {
  const span = formatDuration(now - since);
  switch (status) {
    case "online":
      return say`online for ${span}`;
    case "offline":
      return say`offline for ${span}`;
    case "reading":
      return say`being read for ${span}`;
  }
}

/** Whether a check found that the receives of a host can be listed. */
export function listsReceives({ findings }: Pick<Check, "findings">): boolean {
  return findings.some(({ what, state }) => what === "list" && state === "ok");
}

/** The id of the button that checks a host. */
export function checkButtonOf(name: string): string {
  return `check-${name}`;
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
