"use client";

import { Autocomplete } from "@base-ui/react/autocomplete";
import { Combobox } from "@base-ui/react/combobox";
import { ChevronsUpDown } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { useT } from "@/components/language/language";
import { Field, inputClass } from "./field";

/** A list of thousands helps nobody, and slows the page down: who looks for more types a part of the name. */
const shownAtOnce = 100;

const positionerClass = "z-10 outline-none";
const popupClass =
  "w-(--anchor-width) max-w-(--available-width) rounded-lg border border-line-strong bg-surface shadow-xl";
const listClass =
  "max-h-[min(20rem,var(--available-height))] overflow-y-auto overscroll-contain scroll-py-1 p-1 outline-none data-empty:p-0";
const itemClass =
  "cursor-default rounded px-2 py-2.5 select-none outline-none wrap-anywhere whitespace-pre-wrap data-highlighted:bg-sunken data-selected:font-medium lg:py-1.5 pointer-coarse:py-2.5";
const emptyClass = "px-3 py-2.5 text-muted empty:hidden";

/**
 * Choosing one of many by typing a part of its name.
 * @param onSearch where the items are found elsewhere: gets what is typed, and `items` are what was found.
 */
export function Choose<T>({
  label,
  help,
  items,
  value,
  nameOf,
  row,
  disabled = false,
  empty,
  onChoose,
  onSearch,
}: {
  label: string;
  help?: ReactNode;
  items: readonly T[];
  value: T | null;
  nameOf: (item: T) => string;
  row?: (item: T) => ReactNode;
  disabled?: boolean;
  /** What to say where nothing matches. */
  empty: string;
  onChoose: (item: T | null) => void;
  onSearch?: (text: string) => void;
}) {
  const t = useT();
  const id = useId();
  // What is chosen stays choosable while other items are shown.
  const shown =
    value === null || items.some((item) => nameOf(item) === nameOf(value)) ? items : [value, ...items];
  return (
    <Combobox.Root
      items={shown}
      value={value}
      disabled={disabled}
      limit={shownAtOnce}
      autoHighlight
      itemToStringLabel={nameOf}
      isItemEqualToValue={(a, b) => nameOf(a) === nameOf(b)}
      {...(onSearch ? { filter: null } : {})}
      onValueChange={(next: T | null, details) => {
        if (!keptOnEscape(details)) onChoose(next);
      }}
      onInputValueChange={(text, details) => {
        const typed = details.reason === "input-change" || details.reason === "input-clear";
        if (!keptOnEscape(details)) onSearch?.(typed ? text : "");
      }}
    >
      <Field id={id} label={label} help={help}>
        <Combobox.InputGroup className="relative">
          <Combobox.Input
            id={id}
            // While its list is open the label is hidden with all that is around it.
            aria-label={label}
            aria-describedby={`${id}-help`}
            autoComplete="off"
            autoCapitalize="off"
            autoCorrect="off"
            spellCheck={false}
            className={`${inputClass} pr-11`}
          />
          <Combobox.Trigger
            aria-label={t`Show all: ${t(label)}`}
            tabIndex={-1}
            className="absolute inset-y-0 right-0 grid w-10 place-items-center text-muted hover:text-ink data-disabled:opacity-50"
          >
            <ChevronsUpDown aria-hidden className="size-4" />
          </Combobox.Trigger>
        </Combobox.InputGroup>
      </Field>
      <Combobox.Portal>
        <Combobox.Positioner sideOffset={4} className={positionerClass}>
          <Combobox.Popup className={popupClass}>
            <Combobox.Empty className={emptyClass}>{t(empty)}</Combobox.Empty>
            <Combobox.List className={listClass}>
              {(item: T) => (
                <Combobox.Item key={nameOf(item)} value={item} className={itemClass}>
                  {row ? row(item) : nameOf(item)}
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}

/** Escape closes a list. Pressed once too often it would empty the field: nobody expects that. */
function keptOnEscape(details: { reason: string; cancel: () => void }): boolean {
  const kept = details.reason === "escape-key";
  if (kept) details.cancel();
  return kept;
}

/** Typing anything, with suggestions. */
export function Suggest({
  label,
  help,
  items,
  value,
  disabled = false,
  invalid,
  onType,
}: {
  label: string;
  help?: ReactNode;
  items: readonly string[];
  value: string;
  disabled?: boolean;
  invalid: boolean;
  onType: (text: string) => void;
}) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const wanted = value.trim().toLowerCase();
  const matches = items.filter((item) => item.toLowerCase().includes(wanted) && item !== value);
  return (
    <Autocomplete.Root
      items={items}
      filteredItems={matches}
      value={value}
      disabled={disabled}
      limit={shownAtOnce}
      // An open list hides the rest of the page from screen readers: not for one without a word in it.
      open={open && matches.length > 0}
      onOpenChange={setOpen}
      onValueChange={(text, details) => {
        if (!keptOnEscape(details)) onType(text);
      }}
    >
      <Field id={id} label={label} help={help}>
        <Autocomplete.Input
          id={id}
          aria-label={label}
          aria-describedby={`${id}-help`}
          aria-invalid={invalid || undefined}
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          maxLength={1000}
          className={`${inputClass} aria-invalid:border-danger`}
        />
      </Field>
      <Autocomplete.Portal>
        <Autocomplete.Positioner sideOffset={4} className={positionerClass}>
          <Autocomplete.Popup className={popupClass}>
            <Autocomplete.List className={listClass}>
              {(item: string) => (
                <Autocomplete.Item key={item} value={item} className={itemClass}>
                  {item}
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Popup>
        </Autocomplete.Positioner>
      </Autocomplete.Portal>
    </Autocomplete.Root>
  );
}
