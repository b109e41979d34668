"use client";

import { Tabs } from "@base-ui/react/tabs";
import { useRef } from "react";
import type { Step } from "@/server/receives/plan";
import { CopyButton } from "./copy-button";

/**
 * Each step with the exact command that runs, ready to be copied into a shell: that of Halfway's machine, or those of
 * the machines where the work is done.
 */
export function Commands({ steps }: { steps: readonly Step[] }) {
  if (!steps.some(runsElsewhere)) return <FromHere steps={steps} />;
  return (
    <Tabs.Root defaultValue="here">
      <Tabs.List
        activateOnFocus
        aria-label="Where the commands are typed"
        className="mb-2 inline-flex max-w-full flex-wrap gap-0.5 rounded-md border border-line bg-sunken p-0.5"
      >
        <Tabs.Tab value="here" className={tab}>
          From Halfway's machine
        </Tabs.Tab>
        <Tabs.Tab value="there" className={tab}>
          On the machines themselves
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="here">
        <FromHere steps={steps} />
      </Tabs.Panel>
      <Tabs.Panel value="there">
        <OnEachMachine steps={steps} />
      </Tabs.Panel>
    </Tabs.Root>
  );
}

const tab =
  "h-11 rounded px-2.5 text-xs font-medium text-muted select-none hover:text-ink lg:h-7 pointer-coarse:h-11 " +
  "data-active:bg-surface data-active:text-ink data-active:shadow-sm data-active:ring-1 data-active:ring-line-strong";

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
      says: at < parts.length - 1 ? `On ${host}; its output goes into the next command` : `On ${host}`,
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
  const text = useRef<HTMLPreElement>(null);
  return (
    <>
      <div className="flex items-end justify-between gap-3">
        <p className="pb-1 text-muted wrap-anywhere">{says}</p>
        <CopyButton text={command} shown={text} label={says} />
      </div>
      <pre
        ref={text}
        className="max-h-48 overflow-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-xs whitespace-pre-wrap wrap-anywhere"
      >
        {command}
      </pre>
    </>
  );
}
