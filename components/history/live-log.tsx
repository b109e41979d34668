"use client";

import { ArrowDown, ArrowDownToLine, ArrowUp, Download, Pause, Play } from "lucide-react";
import { memo, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useT } from "@/components/language/language";
import { hasEnded } from "@/components/transfers/words";
import { Button } from "@/components/ui/button";
import { ErrorProblem } from "@/components/ui/error-problem";
import { inputClass } from "@/components/ui/field";
import { save } from "@/components/ui/save";
import { useSettled } from "@/components/ui/use-settled";
import { type Said, say } from "@/server/say";
import type { Transfer } from "@/server/transfers/types";
import { type Block, type Hit, hitsIn, type Log, logText, piecesOf } from "./log-lines";
import { useLog } from "./use-log";
import { fileName, sideWords } from "./words";

const typingSettles = 200;

/** What both sides of a transfer say, as they say it; folded away until asked for once it has ended. */
export function LiveLog({ transfer }: { transfer: Transfer }) {
  const t = useT();
  const [open, setOpen] = useState(() => !hasEnded(transfer.state));
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit rounded py-1 font-medium hover:text-accent pointer-coarse:py-3">
        {t`What both sides say`}
      </summary>
      {open && <OpenLog transfer={transfer} />}
    </details>
  );
}

function OpenLog({ transfer }: { transfer: Transfer }) {
  const t = useT();
  const [paused, setPaused] = useState(false);
  const [follow, setFollow] = useState(true);
  const [typed, setTyped] = useState("");
  const find = useSettled(typed, typingSettles);
  const { log, caughtUp, error } = useLog(transfer, !paused);
  const { hits, count } = useMemo(() => (log ? hitsIn(log, find) : noHits), [log, find]);
  const [chosen, setChosen] = useState(0);
  const at = Math.min(chosen, hits.length - 1);
  const hit = hits[at] ?? null;
  const go = (step: number) => {
    if (hits.length === 0) return;
    setFollow(false);
    setChosen((at + step + hits.length) % hits.length);
  };
  const searchId = useId();
  return (
    <div className="mt-2 space-y-2">
      <div className="flex flex-wrap items-center gap-2">
        <search className="min-w-0 grow">
          <form
            className="flex flex-wrap items-center gap-1"
            onSubmit={(event) => {
              event.preventDefault();
              go(1);
            }}
          >
            <label htmlFor={searchId} className="sr-only">
              {t`Find in what was said`}
            </label>
            <input
              id={searchId}
              type="search"
              placeholder={t`Find`}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              maxLength={200}
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value);
                setChosen(0);
                // Who looks for something does not want to be taken to the end each second.
                if (event.target.value.trim() !== "") setFollow(false);
              }}
              className={`${inputClass} basis-32 grow sm:max-w-60`}
            />
            <Button
              type="button"
              className="w-11 px-0! lg:w-8"
              disabled={hits.length === 0}
              aria-label={t`Previous hit`}
              onClick={() => go(-1)}
            >
              <ArrowUp aria-hidden />
            </Button>
            <Button
              type="submit"
              className="w-11 px-0! lg:w-8"
              disabled={hits.length === 0}
              aria-label={t`Next hit`}
            >
              <ArrowDown aria-hidden />
            </Button>
            <output htmlFor={searchId} className="ml-1 text-xs text-muted">
              {find.trim() !== "" && log && t(hitWords(at + 1, count, hits.length))}
            </output>
          </form>
        </search>
        <div className="flex flex-wrap gap-2">
          <Button aria-pressed={follow} onClick={() => setFollow(!follow)} className="aria-pressed:bg-sunken">
            <ArrowDownToLine aria-hidden /> {t`Follow`}
          </Button>
          {!hasEnded(transfer.state) && (
            <Button onClick={() => setPaused(!paused)}>
              {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
              {paused ? t`Read on` : t`Pause`}
            </Button>
          )}
          <Button
            disabled={!log || log.count === 0}
            aria-label={t`Download what was said`}
            onClick={() => log && save(fileName(transfer, "log"), logText(log), "text/plain")}
          >
            <Download aria-hidden /> {t`Download`}
          </Button>
        </div>
      </div>
      {error && <ErrorProblem error={error} />}
      <Lines
        log={log}
        find={find}
        hit={hit}
        follow={follow}
        aloud={caughtUp && follow && !paused}
        onScrolledUp={() => setFollow(false)}
      />
      <p className="text-xs text-muted">
        {log && log.dropped > 0
          ? t`The newest ${log.count.toLocaleString(t.language)} lines; ${log.dropped.toLocaleString(t.language)} older ones are left out.`
          : t`Progress lines and resume tokens are left out.`}
      </p>
    </div>
  );
}

const noHits = { hits: [], count: 0 };

function hitWords(at: number, count: number, marked: number): Said {
  if (count === 0) return say`no hit`;
  return count > marked ? say`${at} of the newest ${marked}` : say`${at} of ${count}`;
}

function Lines({
  log,
  find,
  hit,
  follow,
  aloud,
  onScrolledUp,
}: {
  log: Log | null;
  find: string;
  hit: Hit | null;
  follow: boolean;
  /** Whether what is added is read out. */
  aloud: boolean;
  onScrolledUp: () => void;
}) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const top = useRef(0);
  const lines = useRef<HTMLDivElement>(null);
  const filled = log !== null && log.count > 0;
  // What is added moves the end, and so do lines that take more room than was thought before they were drawn.
  useLayoutEffect(() => {
    if (!follow || !filled || !lines.current) return;
    const toEnd = () => {
      if (box.current) box.current.scrollTop = box.current.scrollHeight;
    };
    toEnd();
    const watch = new ResizeObserver(toEnd);
    watch.observe(lines.current);
    return () => watch.disconnect();
  }, [follow, filled]);
  // Of another word the first hit may be at the same place.
  const hitAt = hit && `${hit.block} ${hit.at} ${find}`;
  useEffect(() => {
    if (hitAt !== null)
      box.current?.querySelector("mark[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [hitAt]);
  return (
    <div
      ref={box}
      role="log"
      aria-label={t`What both sides say`}
      aria-live={aloud ? "polite" : "off"}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop } }) => {
        // Only somebody who reads goes back; what is added never does.
        if (follow && scrollTop < top.current - 4) onScrolledUp();
        top.current = scrollTop;
      }}
      className="h-72 overflow-y-auto overscroll-contain rounded-md border border-line bg-sunken px-3 [overflow-anchor:none]"
    >
      {log === null ? (
        <p className="py-2 text-muted">{t`Reading…`}</p>
      ) : log.count === 0 ? (
        <p className="py-2 text-muted">{t`Neither side has said anything so far.`}</p>
      ) : (
        <div ref={lines} className="py-2">
          {log.blocks.map((block) => (
            <BlockOfLines
              key={block.id}
              block={block}
              find={find}
              current={hit?.block === block.id ? hit.at : null}
            />
          ))}
        </div>
      )}
    </div>
  );
}

/**
 * Some lines of one side. The browser leaves out of its work what is out of sight.
 * @param current which hit in it is the one that is looked at.
 */
const BlockOfLines = memo(function BlockOfLines({
  block: { side, lines },
  find,
  current,
}: {
  block: Block;
  find: string;
  current: number | null;
}) {
  const t = useT();
  return (
    <div
      style={{ contentVisibility: "auto", containIntrinsicSize: `auto ${lines.length * 20}px` }}
      className="grid gap-x-3 sm:grid-cols-[7rem_minmax(0,1fr)]"
    >
      {/* However far one has scrolled, it is in view who says this. */}
      <p className="sticky top-0 self-start bg-sunken text-xs/5 font-medium text-muted">
        {t(sideWords[side])}
      </p>
      <pre className="min-w-0 font-mono text-xs/5 whitespace-pre-wrap wrap-anywhere">
        {piecesOf(lines.join("\n"), find).map((piece, at) => {
          if (at % 2 === 0) return piece;
          const now = (at - 1) / 2 === current;
          return (
            <mark
              // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text have no names, and never change places
              key={at}
              aria-current={now || undefined}
              className="rounded-xs bg-attention-soft text-attention underline aria-[current=true]:bg-attention aria-[current=true]:text-surface"
            >
              {piece}
            </mark>
          );
        })}
      </pre>
    </div>
  );
});
