"use client";

import { useQuery } from "@tanstack/react-query";
import { useT } from "@/components/language/language";
import { useTRPC } from "@/components/live/client";

/**
 * What to do where no host answers yet: the way to the first list.
 * @param any whether there is a host at all.
 */
export function FirstHost({ any }: { any: boolean }) {
  const t = useT();
  const trpc = useTRPC();
  const here = useQuery(trpc.hosts.here.queryOptions());
  return (
    <section
      aria-labelledby="first-host"
      className="mt-5 space-y-2 rounded-lg border border-line bg-surface px-4 py-4 sm:px-5"
    >
      <h2 id="first-host" className="text-base font-semibold">
        {any ? t`No host answers yet` : t`There is no host yet`}
      </h2>
      {here.data?.zfs === false && (
        <p className="max-w-prose">
          {t`The machine that Halfway runs on has no ZFS: the command zfs was not found on it. Halfway lists the receives of other machines.`}
        </p>
      )}
      <p className="max-w-prose">{t`Get to the first list in three steps:`}</p>
      <ol className="max-w-prose list-decimal space-y-1 pl-5 marker:text-muted">
        <li>{t`Add a machine with OpenZFS by its login, user@address, and compare the fingerprint of its key.`}</li>
        <li>{t.rich`Copy the line that is shown then into ${<code>~/.ssh/authorized_keys</code>} there.`}</li>
        <li>{t`Check it: what works is said, and the exact command for what does not.`}</li>
      </ol>
    </section>
  );
}
