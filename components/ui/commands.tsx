"use client";

import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useT } from "@/components/language/language";
import type { Step } from "@/server/receives/plan";
import { say } from "@/server/say";
import { CopyButton } from "./copy-button";

const Tabbed = lazy(async () => ({ default: (await import("./commands-tabs")).CommandsTabs }));

/**
 * Each step with the exact command that runs, ready to be copied into a shell: that of Halfway's machine, or those of
 * the machines where the work is done.
 */
export function Commands({ steps }: { steps: readonly Step[] }) {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  const elsewhere = steps.some(runsElsewhere);
  // Most commands are folded away and never looked at: what chooses between the two is loaded when it is to be seen.
  useEffect(() => {
    if (!elsewhere || seen || !box.current) return;
    const watch = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
    });
    watch.observe(box.current);
    return () => watch.disconnect();
  }, [elsewhere, seen]);
  const here = <FromHere steps={steps} />;
  return (
    <div ref={box}>
      {seen ? (
        <Suspense fallback={here}>
          <Tabbed here={here} there={<OnEachMachine steps={steps} />} />
        </Suspense>
      ) : (
        here
      )}
    </div>
  );
}

/** Whether the machines themselves run something else than what is typed on Halfway's: it reaches them by SSH. */
function runsElsewhere({ command, parts }: Step): boolean {
  return parts.length > 0 && parts.map((part) => part.command).join(" | ") !== command;
}

function FromHere({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className="space-y-3">
      {steps.map(({ says, command }) => (
        <li key={command}>
          <Command says={says} command={command} />
        </li>
      ))}
    </ol>
  );
}

function OnEachMachine({ steps }: { steps: readonly Step[] }) {
  const commands = steps.flatMap(({ parts }) =>
    parts.map(({ host, command }, at) => ({
      command,
      says: at < parts.length - 1 ? say`On ${host}; its output goes into the next command` : say`On ${host}`,
    })),
  );
  return (
    <ol className="space-y-3">
      {commands.map(({ says, command }) => (
        <li key={`${says} ${command}`}>
          <Command says={says} command={command} />
        </li>
      ))}
    </ol>
  );
}

function Command({ says, command }: { says: string; command: string }) {
  const t = useT();
  const text = useRef<HTMLPreElement>(null);
  return (
    <>
      <div className="flex items-end justify-between gap-3">
        <p className="pb-1 text-muted wrap-anywhere">{t(says)}</p>
        <CopyButton text={command} shown={text} label={says} />
      </div>
      <pre
        ref={text}
        className="rounded-md border border-line bg-sunken px-3 py-2 font-mono text-xs whitespace-pre-wrap wrap-anywhere"
      >
        {command}
      </pre>
    </>
  );
}
