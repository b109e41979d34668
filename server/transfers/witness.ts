import type { Ending } from "./attempt";
import type { Run } from "./run-dir";

/** Who is told of every attempt, whoever or whatever began it. */
export type Witness = {
  /** Before anything of it runs. @throws HalfwayError where it must not run then. */
  begins: (run: Run) => Promise<void>;
  /** When it has ended, also where an earlier server began it. */
  ended: (run: Run, how: Ending["how"], words: string) => void;
};
