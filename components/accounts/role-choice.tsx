"use client";

import { useId } from "react";
import { roleWords } from "@/components/account/words";
import { useT } from "@/components/language/language";
import type { Role } from "@/server/access/roles";

const choices = ["viewer", "operator", "admin"] as const satisfies Role[];

/** Chooses what somebody may do. */
export function RoleChoice({
  legend,
  value,
  onChoose,
}: {
  legend: string;
  value: Role;
  onChoose: (role: Role) => void;
}) {
  const t = useT();
  const id = useId();
  return (
    <fieldset>
      <legend className="font-medium">{legend}</legend>
      <div className="mt-1">
        {choices.map((role) => (
          <label key={role} className="flex items-start gap-3 py-1.5 pointer-coarse:py-2.5">
            <input
              type="radio"
              name={id}
              checked={value === role}
              onChange={() => onChoose(role)}
              className="mt-0.5 size-4 shrink-0 accent-accent pointer-coarse:size-6 pointer-coarse:mt-0"
            />
            {t(roleWords[role])}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
