import { History } from "lucide-react";
import { useT } from "@/components/language/language";
import { type Said, say } from "@/server/say";
import type { Memory } from "@/server/store/store";

/** What it means that nothing is written down, why it is so, and what can be done about it. */
export function MemoryTrouble({ memory }: { memory: Extract<Memory, { state: Trouble }> }) {
  const t = useT();
  return (
    <div className="border-b border-line bg-attention-soft">
      <div className="mx-auto flex max-w-7xl gap-2.5 px-4 py-2 sm:px-6">
        <History aria-hidden className="mt-0.5 size-4 shrink-0 text-attention" />
        <p className="min-w-0 wrap-anywhere">
          <span className="font-semibold">{t(consequence[memory.state])}</span> {whatIsWrong(t, memory)}{" "}
          {t(remedy[memory.state])}
        </p>
      </div>
    </div>
  );
}

function whatIsWrong(t: ReturnType<typeof useT>, memory: Extract<Memory, { state: Trouble }>): string {
  switch (memory.state) {
    case "begun":
      return t`The damaged file was set aside as ${memory.aside}.`;
    case "none":
      return t`${memory.file} cannot be used: ${memory.problem}.`;
    case "waiting":
      return t`${memory.file} cannot be written: ${memory.problem}.`;
  }
}

type Trouble = Exclude<Memory["state"], "kept">;

const consequence: Record<Trouble, Said> = {
  begun: say`Halfway's database was damaged, and began anew: accounts, the history, the audit trail, settings, policies and notices of before are missing. The list of receives is whole: it comes from ZFS.`,
  waiting: say`The history is not up to date, and nothing new can be started, discarded or forced.`,
  none: say`No history is kept: what is done and saved now is forgotten when Halfway stops. Nothing can be discarded or forced, for that has to be written down first.`,
};

const remedy: Record<Trouble, Said> = {
  begun: say`Stop Halfway and restore a backup (halfway restore, or npm run admin -- restore). Or go on without: move the damaged file elsewhere, and this message ends with the next start.`,
  waiting: say`Make room on its disk, or let Halfway write there. What runs goes on; what is missing is then written by itself.`,
  none: say`Make room on its disk, let Halfway write there, or move a damaged file away; then start Halfway again. Interrupted receives are found all the same.`,
};
