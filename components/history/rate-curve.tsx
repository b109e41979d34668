"use client";

import { formatDuration, formatRate } from "@/components/format";
import { useT } from "@/components/language/language";
import type { Curve } from "@/server/transfers/progress";
import { condensed, curveWords, type RatePoint, ratesOf } from "./words";

const width = 640;
const height = 96;
const rowsOfTable = 20;

/**
 * How fast an attempt goes, or went, over its time: a picture, a sentence and a table of the same. It takes the same room
 * whatever it shows, so that nothing moves while it grows.
 * @param running whether more is to come.
 */
export function RateCurve({ curve, running = false }: { curve: Curve; running?: boolean }) {
  const t = useT();
  const rates = ratesOf(curve);
  const words = curveWords(rates);
  if (words === null && !running) {
    return <p className="mt-2 text-xs text-muted">{t`It was too short for a curve of its rate.`}</p>;
  }
  const begins = rates[0]?.from ?? 0;
  const span = (rates.at(-1)?.until ?? 0) - begins;
  const most = Math.max(1, ...rates.map(({ rate }) => rate));
  const sentence = t(words ?? "") || t`The curve of its rate begins in a few seconds.`;
  return (
    <figure className="mt-3">
      <div className="flex gap-2">
        <div
          aria-hidden
          className="flex w-16 shrink-0 flex-col justify-between text-right text-xs/4 text-muted"
        >
          <span className="whitespace-nowrap">{words !== null && formatRate(most)}</span>
          <span>0</span>
        </div>
        <div className="min-w-0 flex-1">
          <svg
            role="img"
            aria-label={t`Rate over time. ${sentence}`}
            viewBox={`0 0 ${width} ${height}`}
            preserveAspectRatio="none"
            className="block h-24 w-full rounded border border-line bg-sunken"
          >
            {words !== null && <path d={outline(rates, begins, span, most)} className="fill-accent-half" />}
          </svg>
          <div aria-hidden className="flex justify-between text-xs text-muted">
            <span>0 s</span>
            <span>{words !== null && formatDuration(span * 1000)}</span>
          </div>
        </div>
      </div>
      {/* On a phone the sentence may take two lines at one moment and one at the next. */}
      <figcaption className="text-xs text-muted max-sm:min-h-8">{sentence}</figcaption>
      <details className="text-xs">
        <summary className="w-fit rounded py-1 text-muted hover:text-ink pointer-coarse:py-3">
          {t`The curve as a table`}
        </summary>
        <table className="mt-1 text-left">
          <thead>
            <tr className="text-muted [&>th]:pr-6 [&>th]:font-medium">
              <th scope="col">{t`From`}</th>
              <th scope="col">{t`Until`}</th>
              <th scope="col">{t`Rate`}</th>
            </tr>
          </thead>
          <tbody>
            {condensed(rates, rowsOfTable).map(({ from, until, rate }) => (
              <tr key={from} className="[&>td]:pr-6">
                <td>{formatDuration((from - begins) * 1000)}</td>
                <td>{formatDuration((until - begins) * 1000)}</td>
                <td>{formatRate(rate)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

/** Steps, not slopes: between two counts only their average is known. */
function outline(rates: readonly RatePoint[], from: number, span: number, most: number): string {
  const x = (second: number) => (((second - from) / span) * width).toFixed(1);
  const y = (rate: number) => (height - (rate / most) * (height - 4)).toFixed(1);
  const steps = rates.map((one) => `L${x(one.from)} ${y(one.rate)}L${x(one.until)} ${y(one.rate)}`);
  return `M0 ${height}${steps.join("")}L${width} ${height}Z`;
}
