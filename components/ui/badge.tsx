import type { ReactNode } from "react";

/** What a colour means. It never stands alone: words or an icon say the same. */
export type Tone = "neutral" | "accent" | "ok" | "attention" | "danger";

const tones: Record<Tone, string> = {
  neutral: "bg-sunken text-muted",
  accent: "bg-accent-soft text-accent",
  ok: "bg-ok-soft text-ok",
  attention: "bg-attention-soft text-attention",
  danger: "bg-danger-soft text-danger",
};

/** A word or two that classify a thing. */
export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center gap-1 rounded px-1.5 py-px text-xs font-medium whitespace-nowrap [&_svg]:size-3.5 ${tones[tone]}`}
    >
      {children}
    </span>
  );
}
