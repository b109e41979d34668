"use client";

import { lazy, type RefObject, Suspense, useEffect, useRef, useState } from "react";

/** Asks who is signed in to prove it once more; whether they did. */
export type AskAgain = () => Promise<boolean>;

const Reauthenticate = lazy(async () => ({ default: (await import("./reauthenticate")).Reauthenticate }));

/**
 * The dialog that asks for a proof once more, loaded when it is needed first.
 * @param ask gets the function that opens it.
 */
export function ReauthenticateOnDemand({ ask }: { ask: RefObject<AskAgain> }) {
  const [wanted, setWanted] = useState(false);
  const early = useRef<((given: Promise<boolean>) => void)[]>([]);
  useEffect(() => {
    ask.current = () => {
      setWanted(true);
      return new Promise((resolve) => early.current.push(resolve));
    };
  }, [ask]);
  return wanted ? (
    <Suspense>
      <Reauthenticate ask={ask} />
      <Loaded
        onLoaded={() => {
          // From now on it is asked itself; so do those who waited for it.
          for (const resolve of early.current.splice(0)) resolve(ask.current());
        }}
      />
    </Suspense>
  ) : null;
}

/** Tells that what stands before it in a `Suspense` is there. */
function Loaded({ onLoaded }: { onLoaded: () => void }) {
  const loaded = useRef(onLoaded);
  useEffect(() => loaded.current(), []);
  return null;
}
