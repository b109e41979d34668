/** How a button looks: what it is for decides, not where it stands. */
export type ButtonTone = "primary" | "plain" | "quiet" | "danger";

const shape =
  "inline-flex h-11 items-center justify-center gap-1.5 rounded-md px-3.5 text-sm font-medium whitespace-nowrap " +
  "select-none transition-colors lg:h-8 lg:px-3 pointer-coarse:h-11 " +
  "data-disabled:cursor-not-allowed data-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0";

const tones: Record<ButtonTone, string> = {
  primary: "bg-accent text-on-accent not-data-disabled:hover:bg-accent-strong",
  plain:
    "border border-line-strong bg-surface text-ink not-data-disabled:hover:bg-sunken data-popup-open:bg-sunken",
  quiet: "text-muted not-data-disabled:hover:bg-sunken not-data-disabled:hover:text-ink",
  danger: "bg-danger text-on-danger not-data-disabled:hover:bg-danger-strong",
};

/** The classes of a button, for things that are buttons already. */
export function buttonClass(tone: ButtonTone = "plain", extra = ""): string {
  return `${shape} ${tones[tone]} ${extra}`;
}
