import { lazy, Suspense } from "react";
import type { Memory } from "@/server/store/store";

const MemoryTrouble = lazy(async () => ({ default: (await import("./memory-trouble")).MemoryTrouble }));

/** That what happens is not being written down. */
export function MemoryNotice({ memory }: { memory: Memory }) {
  return (
    // Always there: what appears together with its words is not read out by every screen reader.
    <div role="status">
      {memory.state !== "kept" && (
        <Suspense>
          <MemoryTrouble memory={memory} />
        </Suspense>
      )}
    </div>
  );
}
