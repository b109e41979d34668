"use client";

import { Autocomplete } from "@base-ui/react/autocomplete";
import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { useMe, useRefusal } from "@/components/account/me";
import { useSignOut } from "@/components/account/sign-out";
import { useT } from "@/components/language/language";
import { type Language, languages } from "@/components/language/languages";
import { useLive } from "@/components/live/live";
import { receivePath } from "@/components/receive/path";
import { hasEnded, stateWords } from "@/components/transfers/words";
import { Dialog, DialogTitle } from "@/components/ui/dialog";
import { type Said, say } from "@/server/say";
import { Keys } from "./kbd";
import { useOpenOverlay } from "./overlay";
import { accountPagesFor, pagesFor } from "./pages";
import { type Entry, type Found, search } from "./search";
import { useShowShortcuts } from "./shortcuts";
import { themes } from "./theme";
import { useLanguage, useTheme } from "./use-appearance";
import { themeWords } from "./words";

const groupWords: Record<Entry["group"], Said> = {
  pages: say`Pages`,
  actions: say`Actions`,
  transfers: say`Transfers under way`,
  receives: say`Interrupted receives`,
};

/** Finds any page, receive and running transfer, and what can be done with the page itself. */
export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <Dialog open={open} onClose={onClose} returnFocusTo={() => null}>
      <DialogTitle className="sr-only">{t`Search or jump`}</DialogTitle>
      <Finder onClose={onClose} />
    </Dialog>
  );
}

function Finder({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [query, setQuery] = useState("");
  // At once, for Enter takes the first of what is shown: that must never be of the letters before.
  const found = search(useEntries(), query);
  const items = found.map((group) => ({ ...group, items: group.entries }));
  const take = (entry: Entry) => {
    onClose();
    entry.go();
  };
  return (
    <Autocomplete.Root
      open
      inline
      items={items}
      filter={null}
      itemToStringValue={(entry: Entry) => entry.name}
      value={query}
      autoHighlight="always"
      keepHighlight
      onValueChange={(text, { reason }) => {
        if (reason !== "item-press") setQuery(text);
      }}
    >
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search aria-hidden className="size-4 shrink-0 text-muted" />
        <Autocomplete.Input
          aria-label={t`Search or jump`}
          placeholder={t`Type a name`}
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          className="h-13 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-muted"
        />
        <button
          type="button"
          onClick={onClose}
          className="rounded px-2 py-2 text-muted hover:text-ink pointer-coarse:py-3"
        >
          <span className="sr-only">{t`Close`}</span>
          <span aria-hidden>
            <Keys keys="Escape" />
          </span>
        </button>
      </div>
      <Autocomplete.Status className="sr-only">
        {t`Found: ${found.reduce((sum, { entries, more }) => sum + entries.length + more, 0)}`}
      </Autocomplete.Status>
      <Autocomplete.Empty className="px-4 py-6 text-center text-muted empty:hidden">
        {t`Nothing is called that.`}
      </Autocomplete.Empty>
      <Autocomplete.List className="min-h-0 overflow-y-auto overscroll-contain scroll-py-2 p-2 outline-none sm:max-h-[60dvh] data-empty:p-0">
        {(group: Found & { items: Entry[] }) => (
          <Autocomplete.Group key={group.group} items={group.items} className="not-first:mt-2">
            <Autocomplete.GroupLabel className="px-2.5 py-1 text-xs font-medium text-muted">
              {t(groupWords[group.group])}
            </Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(entry: Entry) => (
                <Autocomplete.Item
                  key={entry.id}
                  value={entry}
                  onClick={() => take(entry)}
                  className="flex min-h-11 cursor-pointer flex-wrap items-center justify-between gap-x-3 rounded-md px-2.5 py-1.5 outline-none select-none data-highlighted:bg-sunken lg:min-h-9 pointer-coarse:min-h-11"
                >
                  <span className="min-w-0 whitespace-pre-wrap wrap-anywhere">{entry.name}</span>
                  <span className="text-xs text-muted wrap-anywhere">{entry.detail}</span>
                </Autocomplete.Item>
              )}
            </Autocomplete.Collection>
            {group.more > 0 && (
              <p className="px-2.5 py-1 text-xs text-muted">{t`${group.more} more: type more of the name.`}</p>
            )}
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  );
}

function useEntries(): readonly Entry[] {
  const t = useT();
  const me = useMe();
  const router = useRouter();
  const mayDecide = useRefusal("users.list") === null;
  const { receivesByHost, transfers } = useLive();
  const [theme, changeTheme] = useTheme();
  const [language, changeLanguage] = useLanguage();
  const open = useOpenOverlay();
  const showShortcuts = useShowShortcuts();
  const { mutate: signOut } = useSignOut();

  const receives = useMemo(
    () =>
      [...receivesByHost.values()].flat().map(({ id, dataset, host }): Entry => {
        const go = () => router.push(receivePath(id));
        return { id: `receive ${id}`, group: "receives", name: dataset, detail: t`on ${host}`, go };
      }),
    [receivesByHost, router, t],
  );
  const running = useMemo(
    () =>
      [...transfers.values()]
        .filter(({ state }) => !hasEnded(state))
        .map(
          ({ id, dataset, host, state }): Entry => ({
            ...{ id: `transfer ${id}`, group: "transfers", name: dataset },
            detail: t`on ${host} · ${t(stateWords[state])}`,
            go: () => router.push(`/transfers/${id}`),
          }),
        ),
    [transfers, router, t],
  );
  const pages = [...pagesFor(me), ...accountPagesFor(me, mayDecide)].map(
    ({ href, name }): Entry => ({
      ...{ id: `page ${href}`, group: "pages", name: t(name), detail: "", go: () => router.push(href) },
    }),
  );
  const actions = [
    action(t`Show the transfers under way`, () => open("transfers")),
    action(t`List the keyboard shortcuts`, showShortcuts),
    ...themes
      .filter((other) => other !== theme)
      .map((other) => action(t`Theme: ${t(themeWords[other])}`, () => changeTheme(other))),
    ...Object.entries(languages)
      .filter(([other]) => other !== language)
      .map(([other, name]) =>
        action(
          t`Language: ${name}`,
          () => changeLanguage(other as Language),
          other === "en" ? "Language" : "",
        ),
      ),
    ...(me?.kind === "person" ? [action(t`Sign out`, () => signOut(), me.name)] : []),
  ];
  return [...pages, ...running, ...receives, ...actions];
}

function action(name: string, go: () => void, detail = ""): Entry {
  return { id: `action ${name}`, group: "actions", name, detail, go };
}
