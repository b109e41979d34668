"use client";

import { useState } from "react";
import { PasswordField } from "@/components/account/password-field";
import { passwordProblem } from "@/components/account/words";

/** A password for somebody, while it is typed; `check` says whether it will do, and lets `NewPassword` say why not. */
export function useNewPassword() {
  const [text, onText] = useState("");
  const [repeated, onRepeated] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const check = () => {
    const found = passwordProblem(text, repeated);
    setProblem(found);
    return found === null;
  };
  return { text, repeated, problem, check, onText, onRepeated };
}

/** Where it is typed, twice. */
export function NewPassword({
  text,
  repeated,
  problem,
  onText,
  onRepeated,
}: ReturnType<typeof useNewPassword>) {
  return (
    <div className="space-y-2">
      <div className="grid gap-4 sm:grid-cols-2">
        <PasswordField
          label="Password"
          help="At least 12 characters."
          autoComplete="new-password"
          value={text}
          onType={onText}
        />
        <PasswordField
          label="Password, once more"
          autoComplete="new-password"
          value={repeated}
          onType={onRepeated}
        />
      </div>
      {problem && (
        <p role="alert" className="text-danger">
          {problem}
        </p>
      )}
    </div>
  );
}
