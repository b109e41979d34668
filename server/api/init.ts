import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { z } from "zod";
import { type ErrorCode, HalfwayError } from "../errors";
import type { Halfway } from "./halfway";

/** What every procedure gets. */
export type Context = { halfway: Halfway };

const trpcCode = {
  BAD_INPUT: "BAD_REQUEST",
  NOT_FOUND: "NOT_FOUND",
  CONFLICT: "CONFLICT",
  REFUSED: "PRECONDITION_FAILED",
  UNREACHABLE: "BAD_GATEWAY",
  ZFS_FAILED: "UNPROCESSABLE_CONTENT",
} as const satisfies Record<ErrorCode, TRPCError["code"]>;

/** What the page learns of an error beside its sentence. */
export type ErrorDetails = { reason: ErrorCode | "UNEXPECTED"; stderr: string };

const t = initTRPC.context<Context>().create({
  transformer: superjson,
  sse: { ping: { enabled: true, intervalMs: 10_000 }, client: { reconnectAfterInactivityMs: 25_000 } },
  errorFormatter({ shape, error }) {
    const details = detailsOf(error.cause);
    const message = error.cause instanceof z.ZodError ? plainIssues(error.cause) : shape.message;
    // A stack trace is of no use to the page, and names paths of this machine.
    const { stack: _, ...data } = shape.data;
    return { ...shape, message, data: { ...data, ...details } };
  },
});

function detailsOf(cause: unknown): ErrorDetails {
  if (cause instanceof HalfwayError) return { reason: cause.code, stderr: cause.stderr };
  return { reason: cause instanceof z.ZodError ? "BAD_INPUT" : "UNEXPECTED", stderr: "" };
}

function plainIssues(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length ? `${path.join(".")}: ${message}` : message))
    .join("; ");
}

export const router = t.router;

/** The one place where our errors become tRPC's; what nobody expected is logged, and not explained to strangers. */
export const procedure = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause } = result.error;
  if (cause instanceof HalfwayError) {
    throw new TRPCError({ code: trpcCode[cause.code], message: cause.message, cause });
  }
  if (result.error.code === "INTERNAL_SERVER_ERROR" && cause?.name !== "AbortError") {
    console.error("halfway: unexpected error", cause);
    throw new TRPCError({
      code: "INTERNAL_SERVER_ERROR",
      message: "Halfway ran into an error of its own. Its log says more.",
    });
  }
  return result;
});
