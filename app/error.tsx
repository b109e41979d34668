"use client";

import { useT } from "@/components/language/language";
import { WayBack } from "@/components/shell/way-back";
import { buttonClass } from "@/components/ui/button-class";

/** What is left to say when the page itself could not be made, for example because the configuration is wrong. */
export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const t = useT();
  // A page that was open while Halfway was replaced asks for parts that are not there any more.
  const replaced = error.name === "ChunkLoadError";
  return (
    <WayBack title={replaced ? t`Halfway was updated` : t`This page could not be shown`}>
      <p className="mt-2 text-muted">
        {replaced
          ? t`This page is of the version before, or the server did not answer. Load it again. Transfers that are running go on.`
          : t`Transfers that are running go on.`}
        {/* What broke in the browser is in no log of the server. */}
        {!replaced && error.digest !== undefined && ` ${t`Halfway's log says why.`}`}
      </p>
      <div className="mt-6 flex flex-wrap gap-2">
        <button
          type="button"
          onClick={() => (replaced ? window.location.reload() : reset())}
          className={buttonClass("primary")}
        >
          {replaced ? t`Load again` : t`Try again`}
        </button>
        {/* A whole new page, whatever became of this one. */}
        <a href="/" className={buttonClass("plain")}>
          {t`To the receives`}
        </a>
      </div>
    </WayBack>
  );
}
