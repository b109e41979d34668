"use client";

import { useState } from "react";
import { useT } from "@/components/language/language";
import type { Said } from "@/server/say";
import { PasswordField } from "./password-field";
import { passwordProblem } from "./words";

/** A new password, while it is typed; `check` says whether it will do, and lets `NewPassword` say why not. */
export function useNewPassword() {
  const [text, onText] = useState("");
  const [repeated, onRepeated] = useState("");
  const [problem, setProblem] = useState<Said | null>(null);
  const check = () => {
    const found = passwordProblem(text, repeated);
    setProblem(found);
    return found === null;
  };
  const clear = () => {
    onText("");
    onRepeated("");
  };
  return { text, repeated, problem, check, clear, onText, onRepeated };
}

/** Where it is typed, twice. */
export function NewPassword({
  label,
  repeatedLabel,
  text,
  repeated,
  problem,
  onText,
  onRepeated,
}: { label?: string; repeatedLabel?: string } & Omit<ReturnType<typeof useNewPassword>, "check" | "clear">) {
  const t = useT();
  return (
    <div className="space-y-2">
      <div className="grid gap-4 sm:grid-cols-2">
        <PasswordField
          label={label ?? t`Password`}
          help={t`At least 12 characters.`}
          autoComplete="new-password"
          value={text}
          onType={onText}
        />
        <PasswordField
          label={repeatedLabel ?? t`Password, once more`}
          autoComplete="new-password"
          value={repeated}
          onType={onRepeated}
        />
      </div>
      {problem && (
        <p role="alert" className="text-danger">
          {t(problem)}
        </p>
      )}
    </div>
  );
}
