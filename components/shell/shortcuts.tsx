"use client";

import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { tinykeys } from "tinykeys";
import { useStored } from "@/components/ui/use-stored";
import { type Said, say } from "@/server/say";
import { binding, isCharacterKey, isTaken, presses } from "./keys";

/** Keys that do something. */
export type Shortcut = {
  /** `r`; `g r` for one after the other; `Mod+k` with Ctrl, or Cmd on a Mac. */
  keys: string;
  /** What they do, for the sheet that lists them. */
  words: Said;
  run: () => void;
  /** While they do not work they are not listed either. */
  enabled?: boolean;
  /** Whether every page has them; those that belong to one page are listed first. */
  everywhere?: boolean;
};

type Registered = Omit<Shortcut, "run" | "enabled"> & { run: { current: () => void } };

type Shortcuts = {
  register: (id: string, shortcut: Registered) => () => void;
  /** Opens the sheet that lists them. */
  showAll: () => void;
};

const ShortcutsContext = createContext<Shortcuts>({ register: () => () => {}, showAll: () => {} });

const Sheet = lazy(async () => ({ default: (await import("./shortcuts-sheet")).ShortcutsSheet }));

/** Listens for every shortcut below it. The keys `?` list them. */
export function ShortcutsProvider({ children }: { children: ReactNode }) {
  const [all, setAll] = useState<ReadonlyMap<string, Registered>>(new Map());
  const [sheet, setSheet] = useState<"never" | "open" | "closed">("never");
  const [characterKeys, storeCharacterKeys] = useCharacterKeys();

  const register = useCallback((id: string, shortcut: Registered) => {
    setAll((before) => new Map(before).set(id, shortcut));
    return () =>
      setAll((before) => {
        const after = new Map(before);
        after.delete(id);
        return after;
      });
  }, []);
  const showAll = useCallback(() => setSheet("open"), []);
  const context = useMemo(() => ({ register, showAll }), [register, showAll]);

  useEffect(() => {
    const usable = [...all.values()].filter(({ keys }) => characterKeys || !isCharacterKey(keys));
    // Longer ones first: the second key of one may be the only key of another.
    usable.sort((a, b) => presses(b.keys).length - presses(a.keys).length);
    const bindings = usable.map(({ keys, run }) => [
      binding(keys),
      (event: KeyboardEvent) => {
        event.preventDefault();
        run.current();
      },
    ]);
    return tinykeys(window, Object.fromEntries(bindings), { ignore: isTaken });
  }, [all, characterKeys]);

  return (
    <ShortcutsContext value={context}>
      {children}
      <ListsAll />
      {sheet !== "never" && (
        <Suspense>
          <Sheet
            open={sheet === "open"}
            shortcuts={[...all.values()]}
            characterKeys={characterKeys}
            onCharacterKeys={storeCharacterKeys}
            onClose={() => setSheet("closed")}
          />
        </Suspense>
      )}
    </ShortcutsContext>
  );
}

function ListsAll() {
  const showAll = useShowShortcuts();
  useShortcut({ keys: "?", words: say`List the keyboard shortcuts`, run: showAll, everywhere: true });
  return null;
}

/**
 * Lets keys do something while the component is there. They never work in fields, dialogs and menus, and those without Ctrl
 * or Cmd not for people who have turned them off. Of two for the same keys the later one works.
 */
export function useShortcut({ keys, words, run, enabled = true, everywhere = false }: Shortcut): void {
  const id = useId();
  const { register } = useContext(ShortcutsContext);
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (enabled) return register(id, { keys, words, run: latest, everywhere });
  }, [register, id, keys, words, enabled, everywhere]);
}

/** Opens the sheet that lists all shortcuts. */
export function useShowShortcuts(): () => void {
  return useContext(ShortcutsContext).showAll;
}

/** Whether shortcuts without Ctrl or Cmd work in this browser. */
function useCharacterKeys(): [works: boolean, store: (works: boolean) => void] {
  const [value, store] = useStored("halfway.character-keys");
  return [value !== "off", (works) => store(works ? null : "off")];
}
