"use client";

import { ArrowRight, CircleCheck, CircleX, Info, X } from "lucide-react";
import Link from "next/link";
import { useT } from "@/components/language/language";
import { Badge } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button";
import { Ago } from "@/components/ui/clock";
import { CommandLine } from "@/components/ui/command-line";
import { Verbatim } from "@/components/ui/verbatim";
import type { Check, Finding, Fix, PlaceRights } from "@/server/hosts/findings";
import type { Act } from "@/server/zfs/delegation";
import { actWords, listsReceives, lookedWords, verdictWords } from "./words";

/** What a check found: what works with a host, and the lines that make the rest work. */
export function CheckView({ check }: { check: Check }) {
  const t = useT();
  const { host, at, findings, rights } = check;
  return (
    <section aria-label={t`Check of ${host}`} className="mt-3 border-t border-line pt-3">
      <p role="status">
        <span className="font-medium">{t(verdictWords(check))}</span>{" "}
        <span className="text-muted">{t.rich`Looked ${<Ago at={at} />}; nothing was changed.`}</span>
      </p>
      <ul aria-label={t`What was found on ${host}`} className="mt-2 space-y-2">
        {findings.map((finding) => (
          <FindingLine key={finding.what} finding={finding}>
            {finding.what === "rights" && rights.length > 0 && <Rights rights={rights} />}
          </FindingLine>
        ))}
      </ul>
      {listsReceives(check) && (
        <Link href="/" prefetch={false} className={buttonClass("plain", "mt-3")}>
          {t`To the list of receives`} <ArrowRight aria-hidden />
        </Link>
      )}
    </section>
  );
}

function FindingLine({
  finding: { what, state, says, stderr, fixes },
  children,
}: {
  finding: Finding;
  children: React.ReactNode;
}) {
  const t = useT();
  return (
    <li className="flex gap-2">
      <StateIcon state={state} />
      <div className="min-w-0 flex-1">
        <p className="wrap-anywhere">
          {t.rich`${<span className="font-medium">{t(lookedWords[what])}</span>}: ${t(says)}`}
        </p>
        {stderr !== "" && <Verbatim summary={t`What it said`} text={stderr} />}
        <Fixes fixes={fixes} />
        {children}
      </div>
    </li>
  );
}

function StateIcon({ state }: { state: Finding["state"] }) {
  const t = useT();
  const icon = "mt-0.5 size-4 shrink-0";
  switch (state) {
    case "ok":
      return <CircleCheck role="img" aria-label={t`Works`} className={`${icon} text-ok`} />;
    case "note":
      return <Info role="img" aria-label={t`Could be better`} className={`${icon} text-attention`} />;
    case "problem":
      return <CircleX role="img" aria-label={t`Does not work`} className={`${icon} text-danger`} />;
  }
}

function Fixes({ fixes }: { fixes: readonly Fix[] }) {
  const t = useT();
  return fixes.map(({ says, host, command }) => (
    <div key={command} className="mt-1">
      <p className="text-xs/5 text-muted wrap-anywhere">{t`${says}:`}</p>
      <CommandLine host={host} command={command} label={t`${says}: ${command}`} />
    </div>
  ));
}

function Rights({ rights }: { rights: readonly PlaceRights[] }) {
  const t = useT();
  return (
    <ul className="mt-2 space-y-3">
      {rights.map(({ dataset, may, fixes }) => (
        <li key={dataset} aria-label={t`Rights on ${dataset}`}>
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="font-mono text-xs font-medium whitespace-pre-wrap wrap-anywhere">{dataset}</span>
            {(Object.keys(may) as Act[]).map((act) => (
              <Badge key={act} tone={may[act] ? "ok" : "neutral"}>
                {may[act] ? <CircleCheck aria-hidden /> : <X aria-hidden />}
                {t(may[act] ? actWords[act].may : actWords[act].mayNot)}
              </Badge>
            ))}
          </p>
          <Fixes fixes={fixes} />
        </li>
      ))}
    </ul>
  );
}
