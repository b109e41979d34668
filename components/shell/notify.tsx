"use client";

import { useId, useState } from "react";
import { useT } from "@/components/language/language";
import { useStored } from "@/components/ui/use-stored";
import { notificationsKey } from "./looked-at";
import { notificationProblem } from "./notifications";

/** Whether this browser tells of transfers that end while nobody looks at the page; where it cannot, why. */
export function Notify() {
  const t = useT();
  const id = useId();
  const [stored, store] = useStored(notificationsKey);
  const [problem, setProblem] = useState(notificationProblem);
  const on = stored === "on" && problem === null && Notification.permission === "granted";
  const change = async (wanted: boolean) => {
    if (!wanted) return store(null);
    const answer = await Notification.requestPermission();
    setProblem(notificationProblem());
    store(answer === "granted" ? "on" : null);
  };
  return (
    <div className="flex items-start gap-3">
      <input
        id={id}
        type="checkbox"
        checked={on}
        disabled={problem !== null}
        aria-describedby={`${id}-help`}
        onChange={(event) => change(event.currentTarget.checked)}
        className="mt-0.5 size-5 accent-accent disabled:opacity-50"
      />
      <div>
        <label htmlFor={id} className="font-medium">{t`Notify me when a transfer ends`}</label>
        <p id={`${id}-help`} className="text-xs/5 text-muted">
          {problem !== null
            ? t(problem)
            : t`By this browser, while one of its tabs shows Halfway and nobody looks at it.`}
        </p>
      </div>
    </div>
  );
}
