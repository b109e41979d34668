import {
  CircleAlert,
  CircleCheck,
  CircleHelp,
  CircleSlash,
  CircleX,
  LoaderCircle,
  type LucideIcon,
  Undo2,
} from "lucide-react";
import type { Verdict } from "@/server/receives/types";
import { StateLine } from "./state-line";
import { verdictWords } from "./words";

type Look = { Icon: LucideIcon; colour: string };

const looks: Record<Exclude<Verdict["kind"], "receiving">, Look> = {
  resumable: { Icon: CircleCheck, colour: "text-ok" },
  "resumable-with-rollback": { Icon: Undo2, colour: "text-attention" },
  blocked: { Icon: CircleAlert, colour: "text-attention" },
  unresumable: { Icon: CircleX, colour: "text-danger" },
  zombie: { Icon: CircleSlash, colour: "text-danger" },
  unknown: { Icon: CircleHelp, colour: "text-attention" },
};

/** That a receive has stopped, and whether it can be finished. */
export function VerdictLine({ verdict }: { verdict: Verdict | null }) {
  return (
    <StateLine icon={<VerdictIcon verdict={verdict} />}>
      Stopped half-way <span className="font-normal">· {verdictWords(verdict)}</span>
    </StateLine>
  );
}

/** The verdict as an icon; words stand beside it. */
export function VerdictIcon({ verdict }: { verdict: Verdict | null }) {
  if (verdict === null || verdict.kind === "receiving") {
    return <LoaderCircle aria-hidden className="animate-spin text-muted" />;
  }
  const { Icon, colour } = looks[verdict.kind];
  return <Icon aria-hidden className={colour} />;
}
