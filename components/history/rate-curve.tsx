import { formatDuration, formatRate } from "@/components/format";
import type { Curve } from "@/server/transfers/progress";
import { condensed, curveWords, type RatePoint, ratesOf } from "./words";

const width = 640;
const height = 96;
const rowsOfTable = 20;

/** How fast an attempt went over its time: a picture, a sentence and a table of the same. */
export function RateCurve({ curve }: { curve: Curve }) {
  const rates = ratesOf(curve);
  const words = curveWords(rates);
  const [first] = rates;
  const last = rates.at(-1);
  if (words === null || !first || !last) {
    return <p className="mt-2 text-xs text-muted">It was too short for a curve of its rate.</p>;
  }
  const most = Math.max(1, ...rates.map(({ rate }) => rate));
  const span = last.until - first.from;
  return (
    <figure className="mt-3">
      <div className="flex gap-2">
        <div aria-hidden className="flex flex-col justify-between text-right text-xs/4 text-muted">
          <span className="whitespace-nowrap">{formatRate(most)}</span>
          <span>0</span>
        </div>
        <div className="min-w-0 flex-1">
          <svg
            role="img"
            aria-label={`Rate over time. ${words}`}
            viewBox={`0 0 ${width} ${height}`}
            preserveAspectRatio="none"
            className="h-24 w-full rounded border border-line bg-sunken"
          >
            <path d={outline(rates, first.from, span, most)} className="fill-accent-half" />
          </svg>
          <div aria-hidden className="flex justify-between text-xs text-muted">
            <span>0 s</span>
            <span>{formatDuration(span * 1000)}</span>
          </div>
        </div>
      </div>
      <figcaption className="text-xs text-muted">{words}</figcaption>
      <details className="text-xs">
        <summary className="w-fit rounded py-1 text-muted hover:text-ink">The curve as a table</summary>
        <table className="mt-1 text-left">
          <thead>
            <tr className="text-muted [&>th]:pr-6 [&>th]:font-medium">
              <th scope="col">From</th>
              <th scope="col">Until</th>
              <th scope="col">Rate</th>
            </tr>
          </thead>
          <tbody>
            {condensed(rates, rowsOfTable).map(({ from, until, rate }) => (
              <tr key={from} className="[&>td]:pr-6">
                <td>{formatDuration((from - first.from) * 1000)}</td>
                <td>{formatDuration((until - first.from) * 1000)}</td>
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
