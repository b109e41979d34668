import { History } from "lucide-react";
import type { Memory } from "@/server/store/store";

/** That what happens is not being written down: what that means, why, and what can be done about it. */
export function MemoryNotice({ memory }: { memory: Memory }) {
  return (
    // Always there: what appears together with its words is not read out by every screen reader.
    <div role="status">
      {memory.state !== "kept" && (
        <div className="border-b border-line bg-attention-soft">
          <div className="mx-auto flex max-w-7xl gap-2.5 px-4 py-2 sm:px-6">
            <History aria-hidden className="mt-0.5 size-4 shrink-0 text-attention" />
            <p className="min-w-0 wrap-anywhere">
              <span className="font-semibold">{consequence[memory.state]}</span>{" "}
              {`${memory.file} cannot be ${memory.state === "none" ? "used" : "written"}: ${memory.problem}.`}{" "}
              {remedy[memory.state]}
            </p>
          </div>
        </div>
      )}
    </div>
  );
}

type Trouble = Exclude<Memory["state"], "kept">;

const consequence: Record<Trouble, string> = {
  waiting: "The history is not up to date, and nothing new can be started, discarded or forced.",
  none: "No history is kept: what is done and saved now is forgotten when Halfway stops. Nothing can be discarded or forced, for that has to be written down first.",
};

const remedy: Record<Trouble, string> = {
  waiting:
    "Make room on its disk, or let Halfway write there. What runs goes on; what is missing is then written by itself.",
  none: "Make room on its disk, let Halfway write there, or move a damaged file away; then start Halfway again. Interrupted receives are found all the same.",
};
