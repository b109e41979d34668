"use client";

import { ArrowDownToLine, CircleCheck, CircleHelp, CirclePause, LoaderCircle, Server } from "lucide-react";
import Link from "next/link";
import { useRefusal } from "@/components/account/me";
import { useT } from "@/components/language/language";
import { buttonClass } from "@/components/ui/button";
import { Ago } from "@/components/ui/clock";
import type { Summary } from "./summary";

/** The first thing to read: whether anything needs a person. */
export function Headline({ summary }: { summary: Summary }) {
  const t = useT();
  const { mood, sentence, outlook, caveat, looked, checkedAt } = summary;
  return (
    <div className="flex gap-3 sm:gap-4">
      <MoodIcon mood={mood} />
      <div className="min-w-0">
        <div aria-live="polite">
          <h1
            tabIndex={-1}
            className="outline-none text-xl font-semibold tracking-tight text-balance sm:text-2xl"
          >
            {t(sentence)}
          </h1>
          {outlook !== null && <p className="mt-1 text-base text-pretty">{t(outlook)}</p>}
          {caveat !== null && <p className="mt-1 text-attention wrap-anywhere">{t(caveat)}</p>}
        </div>
        {looked !== null && <p className="mt-1 text-base text-pretty wrap-anywhere">{t(looked)}</p>}
        {mood === "unset" && <FirstHost />}
        {checkedAt !== null && (
          <p className="mt-1 text-muted">{t.rich`Checked ${<Ago at={checkedAt} />}.`}</p>
        )}
      </div>
    </div>
  );
}

/** Where there is nothing to look at yet: who can change that, and where. */
function FirstHost() {
  const t = useT();
  const mayNot = useRefusal("hosts.add");
  if (mayNot !== null) {
    return (
      <p className="mt-1 text-base text-pretty">{t`An admin adds the machines whose receives are listed here.`}</p>
    );
  }
  return (
    <>
      <p className="mt-1 text-base text-pretty">
        {t`Add the machines with your pools: whatever stopped half-way there is listed here.`}
      </p>
      <Link href="/hosts" prefetch={false} className={buttonClass("primary", "mt-4")}>
        {t`Add a host`}
      </Link>
    </>
  );
}

function MoodIcon({ mood }: { mood: Summary["mood"] }) {
  const className = "mt-0.5 size-6 shrink-0 sm:size-7";
  switch (mood) {
    case "fine":
      return <CircleCheck aria-hidden className={`${className} text-ok`} />;
    case "busy":
      return <ArrowDownToLine aria-hidden className={`${className} text-accent`} />;
    case "attention":
      return <CirclePause aria-hidden className={`${className} text-attention`} />;
    case "unknown":
      return <CircleHelp aria-hidden className={`${className} text-attention`} />;
    case "reading":
      return <LoaderCircle aria-hidden className={`${className} animate-spin text-muted`} />;
    case "unset":
      return <Server aria-hidden className={`${className} text-muted`} />;
  }
}
