"use client";

import { LoaderCircle, Radio, Unplug } from "lucide-react";
import { Badge } from "@/components/ui/badge";
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
  switch (state) {
    case "live":
      return (
        <Badge tone="ok">
          <Radio aria-hidden /> Live
        </Badge>
      );
    case "connecting":
      return (
        <Badge>
          <LoaderCircle aria-hidden className="animate-spin" /> Connecting…
        </Badge>
      );
    case "reconnecting":
      return (
        <Badge tone="attention">
          <Unplug aria-hidden /> Reconnecting: this page is as of {new Date(since).toLocaleTimeString()}
        </Badge>
      );
  }
}
