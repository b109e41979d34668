"use client";

import { ListChecks } from "lucide-react";
import {
  type FocusEvent,
  Fragment,
  lazy,
  memo,
  type RefObject,
  Suspense,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { formatBytes } from "@/components/format";
import { HostHeading } from "@/components/hosts/host-heading";
import { useT } from "@/components/language/language";
import { countOf } from "@/components/live/state";
import { useShortcut } from "@/components/shell/shortcuts";
import { Button } from "@/components/ui/button";
import { Ago } from "@/components/ui/clock";
import { StatusNote } from "@/components/ui/status-note";
import { useFilters } from "@/components/ui/use-filters";
import { useKeptFocus } from "@/components/ui/use-kept-focus";
import type { HostSummary, ListedReceive, Tally } from "@/server/api/hub";
import { counted, say } from "@/server/say";
import type { Transfer } from "@/server/transfers/types";
import { FilterBar } from "./filter-bar";
import { ForceMenu } from "./force-menu";
import { arrange, type Filters, filtersOf, type Group, isNarrowed, ranksOf } from "./order";
import { ReceiveRow } from "./receive-row";
import { SelectionBar } from "./selection-bar";
import { type Departed, useDeparted } from "./use-departed";
import { type ShownLine, useRows } from "./use-rows";
import { notTogether } from "./words";

const departedRow = async () => ({ default: (await import("./departed-row")).DepartedRow });
const DepartedRow = lazy(departedRow);
const ResumeTogether = lazy(async () => ({ default: (await import("./resume-together")).ResumeTogether }));

/**
 * Every partial receive, grouped by host.
 * @param receivesByHost as far as they are here; `tallies` counts all of them.
 * @param transfers newest first; each row shows the newest one of its dataset.
 */
export function ReceiveList({
  hosts,
  receivesByHost,
  tallies,
  complete,
  transfers,
}: {
  hosts: readonly HostSummary[];
  receivesByHost: ReadonlyMap<string, readonly ListedReceive[]>;
  tallies: ReadonlyMap<string, Tally>;
  complete: boolean;
  transfers: readonly Transfer[];
}) {
  const t = useT();
  const [filters, setFilters] = useFilters("/", filtersOf);
  const newest = useMemo(() => newestByReceive(transfers), [transfers]);
  const list = useRef<HTMLDivElement>(null);
  const focusRow = useRef<(id: string) => void>(() => {});
  const search = useRef<HTMLInputElement>(null);
  const { lists, departed, dismiss } = useDeparted(receivesByHost, complete, newest);
  const [groups, holding] = useGroups(list, hosts, lists, filters);
  const rows = useMemo(() => groups.flatMap(({ receives }) => receives), [groups]);
  const shown = useMemo(() => rows.filter(({ id }) => !departed.has(id)), [rows, departed]);
  const total = [...tallies.values()].reduce((sum, tally) => sum + countOf(tally), 0);
  const silent = useMemo(
    () => new Set(hosts.flatMap(({ name, status }) => (status === "offline" ? [name] : []))),
    [hosts],
  );
  const together = useMemo(() => shown.filter((one) => notTogether(one, silent) === null), [shown, silent]);

  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  /** Where a range begins that is selected by keys. */
  const anchor = useRef<string | undefined>(undefined);
  const onSelect = useCallback((selected: boolean, ...ids: string[]) => {
    anchor.current = ids.at(-1);
    setChosen((before) => {
      const after = new Set(before);
      for (const id of ids) {
        if (selected) after.add(id);
        else after.delete(id);
      }
      return after;
    });
  }, []);
  // Also those that the filters leave out: what somebody has chosen stays chosen.
  const selected = useMemo(
    () => (chosen.size === 0 ? [] : [...receivesByHost.values()].flat().filter(({ id }) => chosen.has(id))),
    [chosen, receivesByHost],
  );
  // What is gone is chosen no more: another receive into the same dataset is another one.
  useEffect(() => {
    if (!complete) return;
    setChosen((before) => {
      const there = new Set([...receivesByHost.values()].flat().map((one) => one.id));
      const still = [...before].filter((one) => there.has(one));
      return still.length === before.size ? before : new Set(still);
    });
  }, [complete, receivesByHost]);
  const [asking, setAsking] = useState<{ opener: Element | null; receives: readonly ListedReceive[] } | null>(
    null,
  );
  const [asked, setAsked] = useState(false);
  const [done, setDone] = useState<string | null>(null);

  useKeys({ list, search, rows, focusRow, chosen, anchor, onSelect });
  useKeptFocus(list);
  const id = useId();
  if (total === 0 && rows.length === 0) return null;
  return (
    <div>
      <div className="space-y-2">
        <FilterBar
          filters={filters}
          hosts={hosts.map(({ name }) => name)}
          search={search}
          onChange={setFilters}
        />
        <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-1">
          <output className="text-muted">
            {isNarrowed(filters)
              ? t`${shown.length} of ${total} shown`
              : t(counted(total, say`${total} receive`, say`${total} receives`))}
            {!complete && ` · ${t`the rest is on its way…`}`}
          </output>
          {together.length > 0 && (
            <Button
              tone="quiet"
              className="-mx-3.5 lg:-mx-3"
              onClick={() => setChosen((before) => new Set([...before, ...together.map((one) => one.id)]))}
            >
              <ListChecks aria-hidden />{" "}
              {t(
                counted(
                  together.length,
                  say`Select the one that can be resumed`,
                  say`Select all ${together.length} that can be resumed`,
                ),
              )}
            </Button>
          )}
        </div>
      </div>
      {rows.length === 0 && complete && (
        <p className="mt-6 rounded-lg border border-dashed border-line-strong px-4 py-8 text-center text-muted">
          {t`No receive is like that.`}{" "}
          <button
            type="button"
            className="rounded underline hover:text-ink"
            onClick={() => {
              setFilters({ ...filters, q: "", host: "", kind: "" });
              // This button goes with what it says.
              search.current?.focus();
            }}
          >
            {t(counted(total, say`Show the one there is`, say`Show all ${total}`))}
          </button>
        </p>
      )}
      {/* Said once each, wherever the list is scrolled to. */}
      <div hidden>
        {groups.map(({ host }) => (
          <p key={host.name} id={`${id}-${host.name}`}>
            {t`${host.name} does not answer: nothing can be done there until it does.`}
          </p>
        ))}
      </div>
      {/* What takes a row's place when it is done must be there then, or the focus would be lost while it is fetched. */}
      <div ref={list} {...holding} onFocusCapture={() => void departedRow()}>
        <Rows
          {...{ list, groups, newest, tallies, chosen, departed, onSelect, focusRow }}
          reasonId={id}
          onDismiss={dismiss}
        />
      </div>
      <SelectionBar
        receives={selected}
        silent={silent}
        onClear={() => {
          setChosen(new Set());
          document.querySelector("h1")?.focus();
        }}
        onResume={(opener) => {
          setDone(null);
          setAsking({ opener, receives: selected });
          setAsked(true);
        }}
      />
      {asking && (
        <Suspense>
          <ResumeTogether
            open={asked}
            {...asking}
            silent={silent}
            onClose={() => setAsked(false)}
            onClosed={() => setAsking(null)}
            onStarted={(ids, words) => {
              setChosen((before) => new Set([...before].filter((one) => !ids.has(one))));
              setDone(words);
            }}
          />
        </Suspense>
      )}
      <StatusNote text={done} onDismiss={() => setDone(null)} />
      <ForceMenu />
    </div>
  );
}

/** The list itself; scrolling renders nothing but this. */
const Rows = memo(function Rows({
  list,
  groups,
  newest,
  tallies,
  chosen,
  departed,
  reasonId,
  onSelect,
  onDismiss,
  focusRow,
}: {
  list: RefObject<HTMLElement | null>;
  groups: readonly Group[];
  newest: ReadonlyMap<string, Transfer>;
  tallies: ReadonlyMap<string, Tally>;
  chosen: ReadonlySet<string>;
  /** Those that are interrupted no more. */
  departed: Departed;
  onDismiss: (id: string) => void;
  /** Begins the ids of what says why nothing can be done on a host. */
  reasonId: string;
  onSelect: (selected: boolean, ...ids: string[]) => void;
  /** Gets what brings the focus to a row. */
  focusRow: RefObject<(id: string) => void>;
}) {
  const rows = useRows(groups, list);
  useEffect(() => {
    focusRow.current = rows.focusRow;
  }, [focusRow, rows.focusRow]);
  return (
    <div
      style={{ paddingTop: rows.room.above, paddingBottom: rows.room.below }}
      // Whoever leaves out rows keeps the others in their place as well.
      className={rows.some ? "[overflow-anchor:none]" : ""}
    >
      {sectionsOf(rows.shown).map(({ group, heading, gap, lines }) => (
        <HostSection
          key={group.host.name}
          {...{ group, heading, gap, lines, newest, chosen, departed, onSelect, onDismiss }}
          tally={tallies.get(group.host.name)}
          reasonId={`${reasonId}-${group.host.name}`}
          measure={rows.measure}
        />
      ))}
    </div>
  );
});

/** What the list shows, in order. Nothing moves while somebody points at it or has the focus in it. */
function useGroups(
  list: RefObject<HTMLDivElement | null>,
  hosts: readonly HostSummary[],
  receivesByHost: ReadonlyMap<string, readonly ListedReceive[]>,
  filters: Filters,
) {
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  // What has the focus may go away, as a Resume button does, and says nothing then.
  useEffect(() => {
    if (focused && !list.current?.contains(document.activeElement)) setFocused(false);
  });
  const before = useRef<{ groups: Group[]; filters: Filters; ranks: ReadonlyMap<string, number> }>({
    ...{ groups: [], filters, ranks: new Map() },
  });
  const ranks = useMemo(
    () => ranksOf([...receivesByHost.values()].flat(), before.current.ranks),
    [receivesByHost],
  );
  const groups = useMemo(() => {
    const held = (pointed || focused) && before.current.filters === filters;
    return arrange(hosts, receivesByHost, filters, ranks, held ? before.current.groups : null);
  }, [hosts, receivesByHost, filters, ranks, pointed, focused]);
  useEffect(() => {
    before.current = { groups, filters, ranks };
  }, [groups, filters, ranks]);
  const holding = {
    onPointerEnter: () => setPointed(true),
    onPointerLeave: () => setPointed(false),
    onFocus: () => setFocused(true),
    onBlur: (event: FocusEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget)) setFocused(false);
    },
  };
  return [groups, holding] as const;
}

/** `gap`: the room of the lines left out before it. */
type Section = { group: Group; heading: number | null; gap: number; lines: ShownLine[] };

/** The lines that are there by host. The first host's heading may be out of sight. */
function sectionsOf(lines: readonly ShownLine[]): Section[] {
  const sections: Section[] = [];
  for (const line of lines) {
    let section = sections.at(-1);
    if (section?.group !== line.group) {
      section = { group: line.group, heading: null, gap: line.gap, lines: [] };
      sections.push(section);
    }
    if (line.receive) section.lines.push(line);
    else section.heading = line.index;
  }
  return sections;
}

function newestByReceive(newestFirst: readonly Transfer[]): ReadonlyMap<string, Transfer> {
  const newest = new Map<string, Transfer>();
  for (const transfer of newestFirst) {
    const id = `${transfer.host}:${transfer.dataset}`;
    if (!newest.has(id)) newest.set(id, transfer);
  }
  return newest;
}

/** The receives of one host, as far as they are in sight. */
function HostSection({
  group: { host, receives },
  heading,
  gap,
  lines,
  newest,
  chosen,
  departed,
  tally,
  reasonId,
  onSelect,
  onDismiss,
  measure,
}: Section & {
  newest: ReadonlyMap<string, Transfer>;
  chosen: ReadonlySet<string>;
  departed: Departed;
  onDismiss: (id: string) => void;
  tally: Tally | undefined;
  reasonId: string;
  onSelect: (selected: boolean, ...ids: string[]) => void;
  measure: ((element: Element | null) => void) | undefined;
}) {
  const t = useT();
  const offline = host.status === "offline";
  const count = countOf(tally);
  return (
    <section aria-label={t`Receives on ${host.name}`} style={{ marginTop: gap }}>
      {heading !== null && (
        <div ref={measure} data-index={heading}>
          <HostHeading host={host}>
            {t(counted(count, say`${count} receive`, say`${count} receives`))}
            {tally && tally.held > 0n && ` · ${t`${formatBytes(tally.held)} held`}`}
          </HostHeading>
          {offline && (
            <p className="-mt-1 pb-3 text-attention">
              {host.answeredAt === null
                ? t`${host.name} does not answer. This list is old, and nothing can be done here until it answers again.`
                : t.rich`${host.name} does not answer. This list is as of ${<Ago at={host.answeredAt} />}, and nothing can be done here until it answers again.`}
            </p>
          )}
        </div>
      )}
      {lines.length > 0 && (
        <table
          aria-label={t`Receives on ${host.name}`}
          aria-rowcount={receives.length + 1}
          className="block sm:overflow-clip sm:rounded-lg sm:border sm:border-line"
        >
          <thead className="sr-only">
            <tr aria-rowindex={1}>
              <th scope="col">{t`Selected`}</th>
              <th scope="col">{t`Dataset`}</th>
              <th scope="col">{t`Space held and age`}</th>
              <th scope="col">{t`How it stands`}</th>
            </tr>
          </thead>
          <tbody className="block">
            {lines.map(({ receive, at, index, gap }, place) => {
              if (!receive) return null;
              const { id } = receive;
              const gone = departed.get(id);
              const common = { ref: measure, receive, transfer: newest.get(id), place: at + 2, index };
              const row = (
                <ReceiveRow
                  {...common}
                  unavailable={offline ? reasonId : null}
                  selected={chosen.has(id)}
                  onSelect={onSelect}
                />
              );
              return (
                <Fragment key={id}>
                  {(place > 0 || heading !== null) && gap > 0 && (
                    <tr aria-hidden className="block" style={{ height: gap }} />
                  )}
                  {gone ? (
                    <Suspense fallback={row}>
                      <DepartedRow {...common} by={gone.by} onDismiss={onDismiss} />
                    </Suspense>
                  ) : (
                    row
                  )}
                </Fragment>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** The keys of the list. Those that do something to a receive press its own buttons: what these refuse, keys do not do. */
function useKeys({
  list,
  search,
  rows,
  focusRow,
  chosen,
  anchor,
  onSelect,
}: {
  list: RefObject<HTMLElement | null>;
  search: RefObject<HTMLInputElement | null>;
  rows: readonly ListedReceive[];
  focusRow: RefObject<(id: string) => void>;
  chosen: ReadonlySet<string>;
  /** What was selected last. */
  anchor: RefObject<string | undefined>;
  onSelect: (selected: boolean, ...ids: string[]) => void;
}) {
  const current = () => {
    const row = document.activeElement?.closest<HTMLElement>("[data-receive]");
    return row && list.current?.contains(row) ? row : null;
  };
  // A row that was scrolled out of sight is not there any more.
  const last = useRef<string | undefined>(undefined);
  const step = (by: 1 | -1) => {
    const from = current()?.dataset.receive ?? last.current;
    const at = rows.findIndex(({ id }) => id === from);
    const next = at < 0 ? rows[0] : rows[at + by];
    if (!next) return;
    last.current = next.id;
    focusRow.current(next.id);
  };
  const press = (what: string) => current()?.querySelector<HTMLElement>(what)?.click();
  const enabled = rows.length > 0;
  useShortcut({ keys: "/", words: say`Search the receives`, run: () => search.current?.focus(), enabled });
  useShortcut({ keys: "j", words: say`To the next receive`, run: () => step(1), enabled });
  useShortcut({ keys: "k", words: say`To the receive before`, run: () => step(-1), enabled });
  useShortcut({ keys: "Enter", words: say`Open it`, run: () => press("th a"), enabled });
  useShortcut({ keys: "r", words: say`Resume it`, run: () => press("[data-act=resume] button"), enabled });
  useShortcut({ keys: "a", words: say`Abort it…`, run: () => press("[data-act=abort] button"), enabled });
  useShortcut({
    keys: "x",
    words: say`Select or deselect it`,
    run: () => {
      const id = current()?.dataset.receive;
      if (id !== undefined) onSelect(!chosen.has(id), id);
    },
    enabled,
  });
  useShortcut({
    keys: "Shift+X",
    words: say`Select all from the last one selected to it`,
    run: () => {
      const ids = rows.map(({ id }) => id);
      const [one, other] = [anchor.current, current()?.dataset.receive].map((id) => ids.indexOf(id ?? ""));
      if (one === undefined || other === undefined || other < 0) return;
      const from = one < 0 ? other : one;
      onSelect(true, ...ids.slice(Math.min(from, other), Math.max(from, other) + 1));
    },
    enabled,
  });
}
