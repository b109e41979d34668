import type { ReactNode } from "react";
import { useT } from "@/components/language/language";
import type { PlainError } from "@/components/live/errors";
import { Problem } from "./problem";
import { Verbatim } from "./verbatim";

/** An error of the server's. Where it is Halfway itself that refuses, what comes with it are its reasons. */
export function ErrorProblem({ error, children }: { error: PlainError; children?: ReactNode }) {
  const t = useT();
  const { reason, sentence, stderr } = error;
  if (reason !== "REFUSED" || stderr === "") {
    return (
      <Problem sentence={sentence} stderr={stderr}>
        {children}
      </Problem>
    );
  }
  return (
    <Problem sentence={sentence} stderr="">
      <div className="basis-full">
        <Verbatim summary={t`How we know`} text={t(stderr)} />
      </div>
      {children}
    </Problem>
  );
}
