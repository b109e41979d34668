"use client";

import { type ReactNode, useId } from "react";
import { Field, inputClass } from "@/components/ui/field";
import { FieldProblem } from "@/components/ui/field-problem";
import type { Said } from "@/server/say";

/** A number with its unit, and what is wrong with it in the place of its help. */
export function NumberField({
  label,
  help,
  problem,
  value,
  onChange,
}: {
  label: string;
  help: ReactNode;
  problem: Said | undefined;
  value: string;
  onChange: (text: string) => void;
}) {
  const id = useId();
  return (
    <Field id={id} label={label} help={problem === undefined ? help : <FieldProblem text={problem} />}>
      <input
        id={id}
        inputMode="decimal"
        autoComplete="off"
        maxLength={12}
        value={value}
        aria-invalid={problem !== undefined || undefined}
        aria-describedby={`${id}-help`}
        onChange={(event) => onChange(event.target.value)}
        className={`${inputClass} max-w-40 aria-invalid:border-danger`}
      />
    </Field>
  );
}
