"use client";

import Link from "next/link";
import { useT } from "@/components/language/language";
import { receivePath } from "@/components/receive/path";
import { Badge } from "@/components/ui/badge";
import type { ListedReceive } from "@/server/api/hub";
import { type Said, say } from "@/server/say";

/** How the row of a receive is laid out. */
export const rowClass =
  "grid scroll-my-24 grid-cols-[1.5rem_minmax(0,1fr)_auto] gap-x-3 gap-y-3 px-4 py-4 -outline-offset-2 max-sm:mb-3 max-sm:rounded-lg max-sm:border max-sm:border-line sm:border-t sm:border-line sm:first:border-t-0 xl:grid-cols-[1.5rem_minmax(0,1fr)_7.5rem_minmax(0,3.1fr)] xl:gap-x-5";

/** What is received: its name, what kind of stream it was, and from where. */
export function Dataset({ receive }: { receive: ListedReceive }) {
  const t = useT();
  const { id, dataset, token } = receive;
  return (
    <>
      <Link
        href={receivePath(id)}
        prefetch={false}
        className="rounded font-semibold whitespace-pre-wrap wrap-anywhere hover:underline"
      >
        {dataset}
      </Link>
      <p className="mt-1 text-xs/5 text-muted">
        {token.ok && <Badge tone="accent">{token.value.fromGuid === null ? t`full` : t`incremental`}</Badge>}{" "}
        <span title={t(whereWords(receive))}>{t(intoWords[receive.stateIn][receive.type])}</span>
      </p>
      {token.ok && (
        <p className="mt-1 text-xs text-muted whitespace-pre-wrap wrap-anywhere">
          {t`from ${token.value.toName}`}
        </p>
      )}
    </>
  );
}

const intoWords: Record<ListedReceive["stateIn"], Record<ListedReceive["type"], Said>> = {
  dataset: { filesystem: say`new filesystem`, volume: say`new volume` },
  "%recv": { filesystem: say`into an existing filesystem`, volume: say`into an existing volume` },
};

function whereWords({ stateIn, dataset }: ListedReceive): Said {
  return stateIn === "dataset"
    ? say`This receive creates the dataset. Aborting it removes the dataset.`
    : say`What was received is kept in ${`${dataset}/%recv`}, apart from the dataset's own data.`;
}
