import type { Ending } from "./attempt";
import type { Judged } from "./next";
import type { Run } from "./run-dir";

/** Who is told of every attempt, whoever or whatever began it. */
export type Witness = {
  /** Before anything of it runs. @throws HalfwayError where it must not run then. */
  begins: (run: Run, judged: Judged | null) => Promise<void>;
  /** When it has ended, also where an earlier server began it. */
  ended: (run: Run, ending: Pick<Ending, "how" | "ended" | "message">) => void;
};
