"use client";

import { useState } from "react";
import { useT } from "@/components/language/language";
import { DropSecondFactor } from "./drop-second-factor";
import { SetUpSecondFactor } from "./set-up-second-factor";

/** Codes of an app beside the password. */
export function SecondFactor({ on: before }: { on: boolean }) {
  const t = useT();
  const [on, setOn] = useState(before);
  const [said, setSaid] = useState("");
  const become = (next: boolean, words: string) => {
    setOn(next);
    setSaid(words);
  };
  return (
    <section aria-labelledby="second-factor" className="mt-8">
      <h2 id="second-factor" className="text-base font-semibold">
        {t`Second factor`}
      </h2>
      <div className="mt-3 space-y-4 rounded-lg border border-line bg-surface px-4 py-4 sm:px-5">
        <p role="status" className="empty:hidden">
          {said}
        </p>
        {on ? (
          <DropSecondFactor onDropped={() => become(false, t`It is off: the password alone suffices.`)} />
        ) : (
          <SetUpSecondFactor onSetUp={() => become(true, t`It is on: the next sign-in takes a code, too.`)} />
        )}
      </div>
    </section>
  );
}
