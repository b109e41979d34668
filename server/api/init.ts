import { inspect } from "node:util";
import { initTRPC, TRPCError } from "@trpc/server";
import { z } from "zod";
import { type Caller, nameOf, personOf, unauthenticated } from "../access/caller";
import { Brake } from "../access/limits";
import { atLeast } from "../access/roles";
import { withoutSecrets } from "../audit/secrets";
import { type ErrorCode, HalfwayError } from "../errors";
import { isSaid, joined, type Said, say } from "../say";
import { wire } from "../wire";
import type { Halfway } from "./halfway";
import { type Right, refusalOf, rightTo } from "./rights";
import { type Note, onTheTrail } from "./trail";

/** What every procedure gets. */
export type Context = {
  halfway: Halfway;
  caller: Caller;
  /** Of the request. */
  headers: Headers;
  setCookies: (cookies: readonly string[]) => void;
};

/** For all callers of this server: sixty aborts in one go are a clean-up, and all that is written down takes room. */
const brakes = { destroys: new Brake(60), changes: new Brake(600) };

/** How long somebody counts as just proven. */
const recently = 5 * 60_000;

const trpcCode = {
  BAD_INPUT: "BAD_REQUEST",
  NOT_FOUND: "NOT_FOUND",
  CONFLICT: "CONFLICT",
  REFUSED: "PRECONDITION_FAILED",
  UNAUTHENTICATED: "UNAUTHORIZED",
  FORBIDDEN: "FORBIDDEN",
  REAUTHENTICATE: "FORBIDDEN",
  TOO_MANY: "TOO_MANY_REQUESTS",
  UNWRITABLE: "SERVICE_UNAVAILABLE",
  UNREACHABLE: "BAD_GATEWAY",
  ZFS_FAILED: "UNPROCESSABLE_CONTENT",
} as const satisfies Record<ErrorCode, TRPCError["code"]>;

/** What the page learns of an error beside its sentence. */
export type ErrorDetails = { reason: ErrorCode | "UNEXPECTED"; stderr: string };

const t = initTRPC.context<Context>().create({
  transformer: wire,
  sse: { ping: { enabled: true, intervalMs: 10_000 }, client: { reconnectAfterInactivityMs: 25_000 } },
  errorFormatter({ shape, error }) {
    const details = detailsOf(error.cause);
    const message = error.cause instanceof z.ZodError ? issuesIn(error.cause) : shape.message;
    // A stack trace is of no use to the page, and names paths of this machine.
    const { stack: _, ...data } = shape.data;
    return { ...shape, message, data: { ...data, ...details } };
  },
});

function detailsOf(cause: unknown): ErrorDetails {
  if (cause instanceof HalfwayError) return { reason: cause.code, stderr: cause.stderr };
  return { reason: cause instanceof z.ZodError ? "BAD_INPUT" : "UNEXPECTED", stderr: "" };
}

/** What is wrong with an input: in our words where the schema has some, else where it is and in zod's. */
function issuesIn({ issues }: z.ZodError): Said {
  const sentences = issues.map(({ path, message }) => {
    if (isSaid(message)) return message;
    return say`What was sent does not fit: ${path.length > 0 ? `${path.join(".")}: ${message}` : message}.`;
  });
  return joined([...new Set(sentences)]);
}

export const router = t.router;

/** The one place where our errors become tRPC's; what nobody expected is logged, and not explained to strangers. */
const explained = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause } = result.error;
  if (cause instanceof HalfwayError) {
    throw new TRPCError({ code: trpcCode[cause.code], message: cause.message, cause });
  }
  if (result.error.code === "INTERNAL_SERVER_ERROR" && cause?.name !== "AbortError") {
    console.error(`halfway: unexpected error ${withoutSecrets(inspect(cause))}`);
    throw new TRPCError({
      code: "INTERNAL_SERVER_ERROR",
      message: say`Halfway ran into an error of its own. Its log says more.`,
    });
  }
  return result;
});

/**
 * The one place where it is decided who may call what, and what is written down of it: by the table of rights, before
 * anything of the input is believed.
 */
export const procedure = explained.use(async ({ ctx, path, getRawInput, next }) => {
  const input = await getRawInput().catch(() => {
    // What is no JSON, and brackets in brackets by the thousand.
    throw new HalfwayError("BAD_INPUT", say`What was sent cannot be read.`);
  });
  const right = rightTo(path, input);
  if (!right) throw new HalfwayError("FORBIDDEN", say`Nobody may do this.`);
  const admit = async () => {
    requireRight(ctx.caller, right);
    if (right.recent) await brakes.destroys.take(nameOf(ctx.caller));
    if (right.trail !== "none" && ctx.caller.kind !== "nobody") await brakes.changes.take(nameOf(ctx.caller));
  };
  const go = (note: Note) => next({ ctx: { note } });
  if (right.trail !== "none") return onTheTrail({ ...ctx, path, input, right }, admit, go);
  await admit();
  return go(async () => {});
});

function requireRight(caller: Caller, { least, recent, person }: Right): void {
  if (least === "anyone") return;
  if (caller.kind === "nobody") throw unauthenticated();
  if (!atLeast(caller.role, least)) throw new HalfwayError("FORBIDDEN", refusalOf(caller.role, least));
  switch (caller.kind) {
    case "program":
      if (person) personOf(caller);
      return;
    case "person":
      if (recent && Date.now() - caller.authenticatedAt > recently) {
        throw new HalfwayError("REAUTHENTICATE", say`Prove once more that it is you: this needs it.`);
      }
  }
}
