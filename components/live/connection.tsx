"use client";

import { LoaderCircle, Radio, Unplug } from "lucide-react";
import { useT } from "@/components/language/language";
import { Badge } from "@/components/ui/badge";
import { regionOf } from "@/components/ui/clock";
import { type Connection, useLive } from "./live";

/** Whether the page is live, and if not, since when it shows the past. */
export function ConnectionState() {
  const { connection } = useLive();
  return (
    <output className="flex">
      <Pill {...connection} />
    </output>
  );
}

function Pill({ state, since }: Connection) {
  const t = useT();
  switch (state) {
    case "live":
      return (
        <Badge tone="ok">
          <Radio aria-hidden /> {t`Live`}
        </Badge>
      );
    case "connecting":
      return (
        <Badge>
          <LoaderCircle aria-hidden className="animate-spin" /> {t`Connecting…`}
        </Badge>
      );
    case "reconnecting":
      return (
        <Badge tone="attention">
          <Unplug aria-hidden />
          {t`Reconnecting: this page is as of ${new Date(since).toLocaleTimeString(regionOf(t.language))}`}
        </Badge>
      );
  }
}
