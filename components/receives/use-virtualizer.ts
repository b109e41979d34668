import type { VirtualizerOptions } from "@tanstack/virtual-core";
import { useEffect, useLayoutEffect, useReducer, useState } from "react";

type Core = typeof import("./virtualizer");
type Options = Pick<
  VirtualizerOptions<Window, Element>,
  "count" | "scrollMargin" | "overscan" | "estimateSize" | "getItemKey" | "measureElement" | "rangeExtractor"
>;

const load = () => import("./virtualizer");

/**
 * Which lines of a long list can be seen. The library that finds that out is loaded for the first list that is one.
 * @param options null where all lines are there.
 * @return null until it is loaded.
 */
export function useVirtualizer(options: Options | null) {
  const needed = options !== null;
  const [core, setCore] = useState<Core | null>(null);
  useEffect(() => {
    if (!needed || core) return;
    let gone = false;
    load().then(
      (loaded) => !gone && setCore(loaded),
      // As with whatever else is loaded late: the page says so, and offers to load it again.
      (error) =>
        !gone &&
        setCore(() => {
          throw error;
        }),
    );
    return () => {
      gone = true;
    };
  }, [needed, core]);
  const [, rerender] = useReducer((count: number) => count + 1, 0);
  const [made, setMade] = useState<ReturnType<Core["make"]> | null>(null);
  const all = core && {
    ...(options ?? { count: 0, estimateSize: () => 0 }),
    enabled: needed,
    ...core.inWindow,
  };
  if (core && all && !made) setMade(core.make(all, rerender));
  if (made && all) made.virtualizer.setOptions({ ...all, onChange: made.onChange });
  const virtualizer = made?.virtualizer;
  useLayoutEffect(() => virtualizer?._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer?._willUpdate());
  return needed && virtualizer ? virtualizer : null;
}
