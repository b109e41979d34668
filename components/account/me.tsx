"use client";

import { createContext, useContext } from "react";
import { useT } from "@/components/language/language";
import type { Act } from "@/server/api/rights";
import type { Me } from "@/server/api/session";

export const MeContext = createContext<Me>(null);

/** Who is signed in; null for nobody. */
export function useMe(): Me {
  return useContext(MeContext);
}

/** Why whoever is signed in may not do something; null where they may. The server says so, and decides by the same table. */
export function useRefusal(act: Act): string | null {
  const t = useT();
  const refusal = useMe()?.mayNot[act];
  return refusal === undefined ? null : t(refusal);
}
