import { configuration } from "./configuration/configuration";
import type { Configuration } from "./configuration/read";
import { exitCodeFor, sentence } from "./errors";
import { plain } from "./say";

/**
 * Serves where the configuration says, or does not start: with everything that is wrong at once, and exit code 78 (`EX_CONFIG`),
 * by which a service manager knows that beginning anew is no use.
 */
export function begin(serve: (where: Configuration) => void): void {
  try {
    const read = configuration();
    for (const warning of read.warnings) console.warn(`halfway: ${warning}`);
    serve(read);
  } catch (error) {
    console.error(`Halfway cannot start: ${plain(sentence(error))}`);
    process.exit(exitCodeFor(error));
  }
}
