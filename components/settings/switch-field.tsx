"use client";

import { useId } from "react";

/** Something that is either so or not, with what that means below it. */
export function SwitchField({
  label,
  help,
  checked,
  onChange,
}: {
  label: string;
  help: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="grid grid-cols-[auto_1fr] gap-x-3">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-describedby={`${id}-help`}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-0.5 size-4 accent-accent pointer-coarse:size-6"
      />
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <p id={`${id}-help`} className="col-start-2 text-xs/5 text-muted">
        {help}
      </p>
    </div>
  );
}
