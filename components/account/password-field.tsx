import { useId } from "react";
import { Field, inputClass } from "@/components/ui/field";

/** Where a password is typed; `autoComplete` tells password managers which one. */
export function PasswordField({
  label,
  help,
  autoComplete,
  value,
  onType,
}: {
  label: string;
  help?: string;
  autoComplete: "current-password" | "new-password";
  value: string;
  onType: (text: string) => void;
}) {
  const id = useId();
  return (
    <Field id={id} label={label} help={help}>
      <input
        id={id}
        type="password"
        required
        autoComplete={autoComplete}
        aria-describedby={`${id}-help`}
        maxLength={128}
        value={value}
        onChange={(event) => onType(event.target.value)}
        className={inputClass}
      />
    </Field>
  );
}
