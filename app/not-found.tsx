import { WayBack } from "@/components/shell/way-back";
import { buttonClass } from "@/components/ui/button-class";
import { spokenT, titled } from "./spoken";

export const generateMetadata = () => titled((t) => t`Not found`);

/** For addresses that lead nowhere, or nowhere any more. */
export default async function NotFound() {
  const t = await spokenT();
  return (
    <WayBack title={t`There is no such page`}>
      <p className="mt-2 text-muted">
        {t`The address may be misspelt, or what it led to is gone. Nothing was changed.`}
      </p>
      <div className="mt-6">
        <a href="/" className={buttonClass("primary")}>
          {t`To the receives`}
        </a>
      </div>
    </WayBack>
  );
}
