import type { TRPCClientErrorLike } from "@trpc/client";
import type { ErrorDetails } from "@/server/api/init";
import type { AppRouter } from "@/server/api/root";
import { say } from "@/server/say";

/** An error as the page shows it. `NO_ANSWER`: the server was not reached, or did not speak our language. */
export type PlainError = {
  reason: ErrorDetails["reason"] | "NO_ANSWER";
  sentence: string;
  stderr: string;
};

/** Puts a procedure's error in words; null where there is none. */
export function plainError(error: TRPCClientErrorLike<AppRouter> | null): PlainError | null {
  if (!error) return null;
  if (!error.data) {
    return {
      reason: "NO_ANSWER",
      sentence: say`Halfway's server did not answer (${error.message}). Whether it did what you asked is not known.`,
      stderr: "",
    };
  }
  return { reason: error.data.reason, sentence: error.message, stderr: error.data.stderr };
}
