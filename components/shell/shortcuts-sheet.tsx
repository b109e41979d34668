"use client";

import { useId } from "react";
import { useT } from "@/components/language/language";
import { Button } from "@/components/ui/button";
import { Dialog, DialogDescription, DialogTitle } from "@/components/ui/dialog";
import { Keys } from "./kbd";
import { isCharacterKey } from "./keys";
import type { Shortcut } from "./shortcuts";

type Listed = Pick<Shortcut, "keys" | "words" | "everywhere">;

/** Every shortcut that works now, and the switch for those that are pressed without Ctrl or Cmd. */
export function ShortcutsSheet({
  open,
  shortcuts,
  characterKeys,
  onCharacterKeys,
  onClose,
}: {
  open: boolean;
  shortcuts: readonly Listed[];
  characterKeys: boolean;
  onCharacterKeys: (works: boolean) => void;
  onClose: () => void;
}) {
  const t = useT();
  const id = useId();
  return (
    <Dialog open={open} onClose={onClose} onClosed={() => {}} returnFocusTo={() => null}>
      <div className="space-y-5 overflow-y-auto px-5 py-4">
        <div>
          <DialogTitle className="text-lg font-semibold">{t`Keyboard shortcuts`}</DialogTitle>
          <DialogDescription className="mt-1 text-muted">
            {t`None works while a dialog is open, and single keys do nothing while you type.`}
          </DialogDescription>
        </div>
        <Group
          title={t`On this page`}
          shortcuts={shortcuts.filter(({ everywhere }) => !everywhere)}
          characterKeys={characterKeys}
        />
        <Group
          title={t`Everywhere`}
          shortcuts={shortcuts.filter(({ everywhere }) => everywhere)}
          characterKeys={characterKeys}
        />
        <div className="flex items-start gap-3 border-t border-line pt-4">
          <input
            id={id}
            type="checkbox"
            checked={characterKeys}
            aria-describedby={`${id}-help`}
            onChange={(event) => onCharacterKeys(event.currentTarget.checked)}
            className="mt-0.5 size-5 accent-accent"
          />
          <div>
            <label htmlFor={id} className="font-medium">{t`Shortcuts of single keys`}</label>
            <p id={`${id}-help`} className="text-muted">
              {t`Turn them off if they get in the way, for example when you dictate. This browser remembers it.`}
            </p>
          </div>
        </div>
      </div>
      <div className="flex flex-col border-t border-line px-5 py-3.5 sm:flex-row sm:justify-end">
        <Button onClick={onClose}>{t`Close`}</Button>
      </div>
    </Dialog>
  );
}

function Group({
  title,
  shortcuts,
  characterKeys,
}: {
  title: string;
  shortcuts: readonly Listed[];
  characterKeys: boolean;
}) {
  const t = useT();
  if (shortcuts.length === 0) return null;
  return (
    <section>
      <h3 className="font-semibold">{title}</h3>
      <dl className="mt-1.5 divide-y divide-line border-y border-line">
        {shortcuts.map(({ keys, words }) => (
          <div key={keys} className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5 py-1.5">
            <dt className="wrap-anywhere">
              {t(words)}
              {!characterKeys && isCharacterKey(keys) && <span className="text-muted">{t` (off)`}</span>}
            </dt>
            <dd>
              <Keys keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
