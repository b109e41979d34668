import { verdictWords } from "@/components/receives/words";
import { factsOf, increment } from "@/server/receives/fixtures";
import { judge } from "@/server/receives/judge";
import { plain } from "@/server/say";
import { patienceWith } from "@/server/transfers/retry";
import { pauses } from "@/server/transfers/settings";
import { type CatalogueEntry, catalogue } from "@/server/zfs/catalogue";
import { code, pageOf } from "./markdown";

const sides: Record<CatalogueEntry["side"], { title: string; says: string }> = {
  send: { title: "zfs send", says: "What the sending side says." },
  receive: {
    title: "zfs receive",
    says: "What the receiving side says. Where both sides said something, the sender's words are mostly the cause.",
  },
  abort: { title: "zfs receive -A", says: "What an abort says, and the first step of starting over." },
  any: {
    title: "Any command of ZFS, and the shell on the way to it",
    says: "Some of these are met beside a transfer: by whoever makes snapshots, rolls back or destroys by hand.",
  },
  ssh: { title: "SSH", says: "The way to a host, whatever was to run there." },
  pipe: {
    title: "The shell that joins the commands",
    says: "On the machine that Halfway runs on.",
  },
};

const states: Record<CatalogueEntry["state"], string> = {
  kept: "What was received is kept, as it was.",
  "kept-moved-on": "What was received is kept, and there is more of it: its token is another one now.",
  arrived: "All of the snapshot has arrived; only what comes after the data failed.",
  destroyed: "What had been received before is gone.",
  none: "Nothing of this attempt was saved.",
  untouched: "This came before anything was written: what was there is as it was.",
  unknown: "The words do not tell. The list shows what ZFS says afterwards.",
};

/** What a transfer does that ends with this message, as the code decides it. */
type Way = "soon" | "space" | "once" | "never";

const ways: Record<Way, string> = {
  soon: "Tries again by itself.",
  space: "Tries again by itself, at the pace of missing space.",
  once: "Tries once more, with a token read afresh; then somebody has to look.",
  never: "Does not try again by itself.",
};

function wayOf({ id }: CatalogueEntry): Way {
  const after = (fruitless: number) =>
    patienceWith({ cause: id, unexplained: false, progress: false, fruitless });
  const first = after(1);
  if (first === null) return "never";
  if (after(2) === null) return "once";
  return first;
}

/** The verdict that rests on this message alone; null where it changes none. */
function verdictAfter({ id }: CatalogueEntry): string | null {
  const verdict = judge(factsOf({ ...increment, lastFailure: id }));
  return verdict.kind === "blocked" || verdict.kind === "unresumable" ? plain(verdictWords(verdict)) : null;
}

function section(entry: CatalogueEntry): string {
  const verdict = verdictAfter(entry);
  return [
    `### ${entry.id}`,
    code(entry.example),
    ...(entry.also ? ["or", code(entry.also.join("\n"))] : []),
    plain(entry.means),
    [
      `- **What is left:** ${states[entry.state]}`,
      `- **What to do:** ${plain(entry.todo)}`,
      `- **Halfway:** ${ways[wayOf(entry)]}${verdict === null ? "" : ` The verdict is then: _${verdict}_.`}`,
    ].join("\n"),
  ].join("\n\n");
}

const seconds = (milliseconds: number) => `${milliseconds / 1_000} s`;
const minutes = (milliseconds: number) => `${milliseconds / 60_000} min`;

/** The page about every message that Halfway knows. */
export function messagesPage(): string {
  return pageOf("server/zfs/catalogue.ts", [
    "# What ZFS, SSH and shells say",
    `Every message that Halfway explains, ${catalogue.length} of them: the words, what they mean when a receive was interrupted (which is not always
what they say), what is left of what was received, and what to do now. Names, numbers and snapshots in yours are others: search this page for
a few words without them. The heading of each is its name in Halfway's code, and stays the same: link to it.`,
    `Words that are not here Halfway shows as they were said, beside the commands that ran.`,
    "## When Halfway tries again",
    `A transfer of Halfway's that is interrupted goes on by itself where time may heal what was in the way, always with the newest token:`,
    [
      `- _by itself_: at once, then after ${seconds(pauses.first)} and ever longer, up to ${minutes(pauses.longest)}, until bytes arrive or somebody stops it;`,
      `- _at the pace of missing space_: after ${seconds(pauses.space)} and ever longer, up to ${minutes(pauses.longestForSpace)}: somebody has to make room, and then it goes on;`,
      `- _not by itself_: it ends as failed, and a person decides.`,
    ].join("\n"),
    `All of it ends with a stop, and with _Go on by itself after an interruption_, on the page _Settings_, switched off. Nothing received is ever discarded by it.`,
    ...(Object.keys(sides) as CatalogueEntry["side"][]).flatMap((side) => [
      `## ${sides[side].title}`,
      sides[side].says,
      ...catalogue.filter((entry) => entry.side === side).map(section),
    ]),
  ]);
}
