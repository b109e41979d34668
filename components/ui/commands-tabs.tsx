"use client";

import { Tabs } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import { useT } from "@/components/language/language";

/** The choice between the commands of Halfway's machine and those of the others. */
export function CommandsTabs({ here, there }: { here: ReactNode; there: ReactNode }) {
  const t = useT();
  return (
    <Tabs.Root defaultValue="here">
      <Tabs.List
        activateOnFocus
        aria-label={t`Where the commands are typed`}
        className="mb-2 inline-flex max-w-full flex-wrap gap-0.5 rounded-md border border-line bg-sunken p-0.5"
      >
        <Tabs.Tab value="here" className={tab}>
          {t`From Halfway's machine`}
        </Tabs.Tab>
        <Tabs.Tab value="there" className={tab}>
          {t`On the machines themselves`}
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="here">{here}</Tabs.Panel>
      <Tabs.Panel value="there">{there}</Tabs.Panel>
    </Tabs.Root>
  );
}

const tab =
  "h-11 rounded px-2.5 text-xs font-medium text-muted select-none hover:text-ink lg:h-7 pointer-coarse:h-11 " +
  "data-active:bg-surface data-active:text-ink data-active:shadow-sm data-active:ring-1 data-active:ring-line-strong";
