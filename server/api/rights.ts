import type { AnyProcedure, inferRouterInputs } from "@trpc/server";
import { atLeast, onlyAdmin, type Role } from "../access/roles";
import type { AppRouter } from "./root";

/**
 * What a procedure asks of its caller.
 * @property least the least role; `anyone` also without an account.
 * @property recent a person's password was typed within the last minutes. Programs have none: their token is the proof.
 * @property person a person only: a token that leaked makes no other tokens or accounts.
 */
export type Right = { least: Role | "anyone"; recent: boolean; person: boolean };

type Paths<T> = {
  [K in keyof T & string]: T[K] extends AnyProcedure ? K : `${K}.${Paths<T[K]>}`;
}[keyof T & string];

/** Every procedure there is. */
export type ProcedurePath = Paths<AppRouter["_def"]["record"]>;

type TransferIntent = inferRouterInputs<AppRouter>["transfers"]["start"]["intent"];

const anyone: Right = { least: "anyone", recent: false, person: false };
const viewer: Right = { ...anyone, least: "viewer" };
const operator: Right = { ...anyone, least: "operator" };
const admin: Right = { ...anyone, least: "admin" };
/** What destroys something. */
const destroys: Right = { ...admin, recent: true };
/** What decides who may do what. */
const decides: Right = { ...destroys, person: true };
/** One's own account. */
const oneself: Right = { ...viewer, person: true };

/** The one table of who may do what. A procedure that is not in it does not compile. */
const rights: Record<Exclude<ProcedurePath, "transfers.start">, Right> = {
  "session.me": anyone,
  "session.signIn": anyone,
  "session.signOut": anyone,
  "session.setUp": anyone,
  "session.reauthenticate": oneself,
  "session.changePassword": oneself,
  "session.beginSecondFactor": oneself,
  "session.confirmSecondFactor": oneself,
  "session.dropSecondFactor": oneself,
  "session.list": oneself,
  "session.revoke": oneself,
  "session.revokeOthers": oneself,

  "receives.list": viewer,
  "receives.inspect": viewer,
  "receives.plan": viewer,
  "receives.abort": destroys,

  "transfers.list": viewer,
  "transfers.get": viewer,
  "transfers.rest": viewer,
  "transfers.history": viewer,
  "transfers.past": viewer,
  "transfers.continue": operator,
  "transfers.retry": operator,
  "transfers.move": operator,
  "transfers.limit": operator,
  "transfers.stop": operator,

  "sends.plan": viewer,
  "sends.start": operator,

  "snapshots.datasets": viewer,
  "snapshots.list": viewer,
  "hosts.list": viewer,
  "tokens.decode": viewer,

  "holds.list": viewer,
  // It destroys nothing itself, but lets whoever prunes do so.
  "holds.release": admin,

  "policies.list": viewer,
  "policies.preview": viewer,
  "policies.save": admin,
  "settings.get": viewer,
  "settings.update": admin,

  "users.list": admin,
  "users.create": decides,
  "users.setRole": decides,
  "users.setPassword": decides,
  "users.remove": decides,
  "apiTokens.list": admin,
  "apiTokens.create": decides,
  "apiTokens.revoke": decides,

  "events.stream": viewer,
};

/** Resuming costs nothing; what `-F` and `-A` do cannot be undone. */
const startRights: Record<TransferIntent, Right> = {
  resume: operator,
  "resume-with-rollback": destroys,
  "start-over": destroys,
};

/** What something asks for: a procedure, or a transfer with its intent. */
export type Act = Exclude<ProcedurePath, "transfers.start"> | `transfers.start ${TransferIntent}`;

/** @returns undefined for a procedure that does not exist. */
export function rightTo(path: string, input: unknown): Right | undefined {
  if (path !== "transfers.start")
    return Object.hasOwn(rights, path) ? rights[path as keyof typeof rights] : undefined;
  const intent = typeof input === "object" && input !== null && "intent" in input ? input.intent : undefined;
  return intent === "resume" ? startRights.resume : destroys;
}

/** Why a role may not do something, in words; null where it may. */
export function refusalFor(role: Role, act: Act): string | null {
  const [path = "", intent] = act.split(" ");
  const least = rightTo(path, { intent })?.least ?? "anyone";
  return least === "anyone" || atLeast(role, least) ? null : refusalOf(role, least);
}

/** What somebody is told whose role does not suffice. */
export function refusalOf(role: Role, least: Role): string {
  const who = least === "admin" ? "Only an admin" : "Only an operator or an admin";
  return `${who} may do this; you are signed in as ${role === "operator" ? "an operator" : "a viewer"}.`;
}

/** What is done to an account that is there already. */
export type AccountAct = "setRole" | "setPassword" | "remove";

/**
 * Why an admin may not do something to an account; null where they may. There is always an admin, and nobody locks
 * themselves out by a slip.
 * @param accounts all there are.
 * @param self who would do it.
 */
export function accountRefusal(
  act: AccountAct,
  name: string,
  accounts: readonly { name: string; role: Role }[],
  self: string,
): string | null {
  const [admin, ...more] = accounts.filter(({ role }) => role === "admin");
  if (act !== "setPassword" && admin?.name === name && more.length === 0) return onlyAdmin(name);
  if (name !== self) return null;
  return act === "setPassword"
    ? "This is your own account: you change its password in the account menu."
    : "This is your own account: another admin may do this.";
}
