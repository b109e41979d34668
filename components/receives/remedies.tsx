import { useT } from "@/components/language/language";
import { CommandLine } from "@/components/ui/command-line";
import type { Verdict } from "@/server/receives/types";
import { remediesByHost } from "./words";

/** What to type, and where, so that a blocked receive can go on. */
export function Remedies({ verdict }: { verdict: Verdict | null }) {
  const t = useT();
  const hosts = remediesByHost(verdict);
  if (hosts.length === 0) return null;
  return (
    <div className="space-y-2 text-xs/5">
      {hosts.map(({ host, remedies }) => (
        <div key={host}>
          <p className="font-medium">{t`To fix it, on ${host}:`}</p>
          <ul>
            {remedies.map(({ says, command }) => (
              <li key={command}>
                <p className="wrap-anywhere">{t(says)}</p>
                <CommandLine host={host} command={command} label={t(says)} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
