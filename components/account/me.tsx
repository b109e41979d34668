"use client";

import { createContext, useContext } from "react";
import { useT } from "@/components/language/language";
import { type Act, refusalFor } from "@/server/api/rights";
import type { Me } from "@/server/api/session";

export const MeContext = createContext<Me>(null);

/** Who is signed in; null for nobody. */
export function useMe(): Me {
  return useContext(MeContext);
}

/** Why whoever is signed in may not do something; null where they may. The server decides by the same table. */
export function useRefusal(act: Act): string | null {
  const me = useMe();
  const t = useT();
  const refusal = me && refusalFor(me.role, act);
  return refusal && t(refusal);
}
