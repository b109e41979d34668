"use client";

import { LoaderCircle, Radio, Unplug } from "lucide-react";
import { formatMoment } from "@/components/format";
import { useT } from "@/components/language/language";
import { Badge } from "@/components/ui/badge";
import { regionOf, useClockText } from "@/components/ui/clock";
import { say } from "@/server/say";
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
          <Unplug aria-hidden /> <AsOf since={since} />
        </Badge>
      );
  }
}

function AsOf({ since }: { since: number }) {
  const { language } = useT();
  return useClockText(
    (now) => say`Reconnecting: this page is as of ${formatMoment(since, now, regionOf(language))}`,
  );
}
