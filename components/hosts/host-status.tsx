import { CircleCheck, LoaderCircle, ServerOff } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import type { HostSummary } from "@/server/api/hub";

/** Whether a host answers. */
export function HostStatus({ status }: { status: HostSummary["status"] }) {
  switch (status) {
    case "online":
      return (
        <Badge tone="ok">
          <CircleCheck aria-hidden /> Online
        </Badge>
      );
    case "offline":
      return (
        <Badge tone="danger">
          <ServerOff aria-hidden /> Offline
        </Badge>
      );
    case "reading":
      return (
        <Badge>
          <LoaderCircle aria-hidden className="animate-spin" /> Reading…
        </Badge>
      );
  }
}
