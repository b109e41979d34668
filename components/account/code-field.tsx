import { useId } from "react";
import { Field, inputClass } from "@/components/ui/field";

/** Where a code of the second factor is typed. */
export function CodeField({
  label,
  help,
  value,
  onType,
}: {
  label: string;
  help?: string;
  value: string;
  onType: (text: string) => void;
}) {
  const id = useId();
  return (
    <Field id={id} label={label} help={help}>
      <input
        id={id}
        required
        autoComplete="one-time-code"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        aria-describedby={`${id}-help`}
        maxLength={64}
        value={value}
        onChange={(event) => onType(event.target.value)}
        className={`${inputClass} max-w-40`}
      />
    </Field>
  );
}
