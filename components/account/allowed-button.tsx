"use client";

import type { ComponentProps } from "react";
import { Button } from "@/components/ui/button";
import { RefusableButton } from "@/components/ui/refusable-button";
import type { Act } from "@/server/api/rights";
import { useRefusal } from "./me";

/** A button for those who may; for others it stays in its place and says who may. */
export function AllowedButton({ act, ...button }: { act: Act } & ComponentProps<typeof Button>) {
  const refusal = useRefusal(act);
  if (refusal === null) return <Button {...button} />;
  const { "aria-label": label, className = "", children } = button;
  return (
    <RefusableButton refusal={refusal} label={label} className={className} onClick={() => {}}>
      {children}
    </RefusableButton>
  );
}
