"use client";

import { type ReactNode, useId } from "react";
import { useT } from "@/components/language/language";
import { FieldProblem } from "@/components/ui/field-problem";
import type { NewSend, SendOptions } from "@/server/receives/new-send";
import { letters, rawWords, recommended } from "./words";

/**
 * How it is sent: each of ZFS's letters in words.
 * @param send what the hosts said to the wishes so far; it knows what fits.
 */
export function SendOptionsForm({
  options,
  send,
  rawProblem,
  onChange,
}: {
  options: SendOptions;
  send: NewSend | null;
  /** Why it cannot be raw, or has to be. */
  rawProblem: string | null;
  onChange: (options: SendOptions) => void;
}) {
  const t = useT();
  const planned = send?.flags ? send : null;
  const rawReason = planned?.rawReason ?? null;
  const raw = options.raw ?? planned?.flags?.raw ?? false;
  const asRecommended = JSON.stringify(options) === JSON.stringify(recommended);
  const set = (change: Partial<SendOptions>) => onChange({ ...options, ...change });
  return (
    <details className="group rounded-lg border border-line bg-surface px-4 py-3 sm:px-5">
      <summary className="w-fit rounded py-1 pointer-coarse:py-3">
        <span className="font-semibold">{t`Options`}</span>{" "}
        <span className="text-muted">
          {asRecommended
            ? t.rich`as recommended: ${<code>{letters({ ...options, raw })}</code>}`
            : t.rich`changed: ${<code>{letters({ ...options, raw })}</code>}`}
        </span>
        {/* What is wrong shows here also while this is folded. */}
        {rawProblem !== null && (
          <span className="mt-1 block text-xs/5">
            <FieldProblem text={rawProblem} />
          </span>
        )}
      </summary>
      <div className="mt-3 space-y-3.5">
        <Option
          letter="-I"
          label={t`Snapshots in between, too`}
          checked={options.steps}
          onChange={(steps) => set({ steps })}
        >
          {t`Of an increment, all snapshots since the common one; without it only the last (-i). Those left out cannot be added later.`}
        </Option>
        <Option
          letter="-w"
          label={t`Raw: encrypted as it is`}
          checked={raw}
          disabled={rawReason === "not-encrypted"}
          onChange={(next) => set({ raw: next })}
        >
          {t(rawWords(rawReason))}
        </Option>
        <Option
          letter="-L"
          label={t`Large blocks as they are`}
          checked={options.largeBlocks}
          onChange={(largeBlocks) => set({ largeBlocks })}
        >
          {t`Blocks over 128 KiB are not split. Once a copy has some, every later send to it needs this.`}
        </Option>
        <Option
          letter="-c"
          label={t`Compressed blocks as they are`}
          checked={options.compressed || raw}
          disabled={raw}
          onChange={(compressed) => set({ compressed })}
        >
          {raw
            ? t`A raw stream takes every block as it is.`
            : t`Nothing is unpacked for the way: fewer bytes, less work. Without it the target compresses anew, by its own setting.`}
        </Option>
        <Option
          letter="-e"
          label={t`Tiny blocks embedded`}
          checked={options.embedded && !planned?.embeddedLeftOut}
          disabled={planned?.embeddedLeftOut ?? false}
          onChange={(embedded) => set({ embedded })}
        >
          {planned?.embeddedLeftOut
            ? t`Left out: ZFS takes no embedded blocks where the target encrypts.`
            : t`Blocks of at most 112 bytes stay within their pointers, as on the source.`}
        </Option>
        <Option
          letter="-p"
          label={t`Properties, too`}
          checked={options.properties}
          onChange={(properties) => set({ properties })}
        >
          {t`What is set on the source is set on the target: compression, quota, what it shares. Its mountpoint is left out (-x), or the copy could be mounted over directories of the target at its next boot.`}
        </Option>
        <div className="border-t border-line pt-3 text-muted">
          <p>
            {t.rich`${<code className="text-ink">-R</code>}, with everything below, is not offered: when such a send is cut off, its token brings only one snapshot of one dataset, and it sets every property, mountpoints included. Send this dataset; “Continue” on the list then brings its newer snapshots, and the datasets below it one by one.`}
          </p>
        </div>
      </div>
    </details>
  );
}

function Option({
  letter,
  label,
  checked,
  disabled = false,
  onChange,
  children,
}: {
  letter: string;
  label: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <div className="grid grid-cols-[auto_1fr] gap-x-3">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        aria-describedby={`${id}-help`}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-0.5 size-4 accent-accent pointer-coarse:size-6"
      />
      <label htmlFor={id} className="font-medium">
        {label} <code className="font-normal text-muted">{letter}</code>
      </label>
      <p id={`${id}-help`} className="col-start-2 text-xs/5 text-muted">
        {children}
      </p>
    </div>
  );
}
