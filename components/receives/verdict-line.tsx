"use client";

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
import { useT } from "@/components/language/language";
import type { ListedVerdict } from "@/server/api/hub";
import { StateLine } from "./state-line";
import { verdictWords } from "./words";

type Look = { Icon: LucideIcon; colour: string };

const looks: Record<Exclude<ListedVerdict["kind"], "receiving">, Look> = {
  resumable: { Icon: CircleCheck, colour: "text-ok" },
  "resumable-with-rollback": { Icon: Undo2, colour: "text-attention" },
  blocked: { Icon: CircleAlert, colour: "text-attention" },
  unresumable: { Icon: CircleX, colour: "text-danger" },
  zombie: { Icon: CircleSlash, colour: "text-danger" },
  unknown: { Icon: CircleHelp, colour: "text-attention" },
};

/** That a receive has stopped, and whether it can be finished. */
export function VerdictLine({ verdict }: { verdict: ListedVerdict | null }) {
  const t = useT();
  const words = <span className="font-normal">· {t(verdictWords(verdict))}</span>;
  return <StateLine icon={<VerdictIcon verdict={verdict} />}>{t.rich`Stopped half-way ${words}`}</StateLine>;
}

/** The verdict as an icon; words stand beside it. */
export function VerdictIcon({ verdict }: { verdict: Pick<ListedVerdict, "kind"> | null }) {
  if (verdict === null || verdict.kind === "receiving") {
    return <LoaderCircle aria-hidden className="animate-spin text-muted" />;
  }
  const { Icon, colour } = looks[verdict.kind];
  return <Icon aria-hidden className={colour} />;
}
