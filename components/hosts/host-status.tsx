"use client";

import { CircleCheck, LoaderCircle, ServerOff } from "lucide-react";
import { useT } from "@/components/language/language";
import { Badge } from "@/components/ui/badge";
import type { HostSummary } from "@/server/api/hub";

/** Whether a host answers. */
export function HostStatus({ status }: { status: HostSummary["status"] }) {
  const t = useT();
  switch (status) {
    case "online":
      return (
        <Badge tone="ok">
          <CircleCheck aria-hidden /> {t`Online`}
        </Badge>
      );
    case "offline":
      return (
        <Badge tone="danger">
          <ServerOff aria-hidden /> {t`Offline`}
        </Badge>
      );
    case "reading":
      return (
        <Badge>
          <LoaderCircle aria-hidden className="animate-spin" /> {t`Reading…`}
        </Badge>
      );
  }
}
