import type { AnyMutationProcedure, AnyProcedure, inferRouterInputs } from "@trpc/server";
import { atLeast, noPassword, onlyAdmin, type Role } from "../access/roles";
import { type Said, say } from "../say";
import type { AppRouter } from "./root";

/**
 * What a procedure asks of its caller.
 * @property least the least role; `anyone` also without an account.
 * @property recent a person has proven within the last minutes that it is them. Programs cannot: their token is the proof.
 * @property person a person only: a token that leaked makes no other tokens or accounts, and accepts no host's key.
 * @property trail whether it is written down: not what only reads; `kept` when it can be; `required` before anything is
 *   done, else nothing is.
 */
export type Right = {
  least: Role | "anyone";
  recent: boolean;
  person: boolean;
  trail: "none" | "kept" | "required";
};

type Paths<T, Kind> = {
  [K in keyof T & string]: T[K] extends AnyProcedure
    ? T[K] extends Kind
      ? K
      : never
    : `${K}.${Paths<T[K], Kind>}`;
}[keyof T & string];

/** Every procedure there is, and those that change something. */
export type ProcedurePath = Paths<AppRouter["_def"]["record"], AnyProcedure>;
export type MutationPath = Paths<AppRouter["_def"]["record"], AnyMutationProcedure>;

type TransferIntent = inferRouterInputs<AppRouter>["transfers"]["start"]["intent"];

type Read = Right & { trail: "none" };
type Change = Right & { trail: "kept" | "required" };

const looks: Read = { least: "viewer", recent: false, person: false, trail: "none" };
const adminLooks: Read = { ...looks, least: "admin" };
const anyone: Change = { ...looks, least: "anyone", trail: "kept" };
const operator: Change = { ...anyone, least: "operator" };
const admin: Change = { ...anyone, least: "admin" };
/** What lets something be destroyed. */
const lets: Change = { ...admin, trail: "required" };
/** What destroys something. */
const destroys: Change = { ...lets, recent: true };
/** What decides who may do what, and which machine is believed. */
const decides: Change = { ...destroys, person: true };
/** One's own account. */
const oneself: Change = { ...anyone, least: "viewer", person: true };
/** What lets whoever has it in hand come back later: an unlocked browser does not suffice. */
const opens: Change = { ...oneself, recent: true };

/** The one table of who may do what, and what is written down. A procedure that is not in it does not compile. */
const rights: { [P in Exclude<ProcedurePath, "transfers.start">]: P extends MutationPath ? Change : Read } = {
  "session.me": { ...looks, least: "anyone" },
  "session.signIn": anyone,
  "session.askPasskey": { ...looks, least: "anyone" },
  "session.signInByPasskey": anyone,
  "session.askProvider": { ...looks, least: "anyone" },
  "session.signInByProvider": anyone,
  "session.signInByProxy": anyone,
  "session.signOut": anyone,
  "session.setUp": anyone,
  "session.reauthenticate": oneself,
  "session.reauthenticateByPasskey": oneself,
  "session.passkeys": { ...looks, person: true },
  "session.offerPasskey": { ...looks, person: true, recent: true },
  "session.addPasskey": opens,
  "session.removePasskey": opens,
  "session.changePassword": oneself,
  "session.beginSecondFactor": oneself,
  "session.confirmSecondFactor": oneself,
  "session.dropSecondFactor": oneself,
  "session.list": { ...looks, person: true },
  "session.revoke": oneself,
  "session.revokeOthers": oneself,

  "receives.list": looks,
  "receives.inspect": looks,
  "receives.plan": looks,
  "receives.past": looks,
  "receives.needs": looks,
  "receives.protect": operator,
  "receives.abort": destroys,

  "transfers.list": looks,
  "transfers.get": looks,
  "transfers.rest": looks,
  "transfers.history": looks,
  "transfers.past": looks,
  "transfers.log": looks,
  "transfers.curve": looks,
  "transfers.continue": operator,
  "transfers.retry": operator,
  "transfers.move": operator,
  "transfers.limit": operator,
  "transfers.stop": operator,

  "sends.plan": looks,
  "sends.start": operator,

  "snapshots.datasets": looks,
  "snapshots.list": looks,
  "hosts.list": looks,
  "hosts.here": adminLooks,
  "hosts.line": adminLooks,
  // Both make Halfway knock where the caller says.
  "hosts.hostKey": adminLooks,
  "hosts.check": adminLooks,
  "hosts.add": decides,
  "hosts.update": decides,
  "hosts.remove": decides,
  "tokens.decode": looks,

  "holds.list": looks,
  // It destroys nothing itself, but lets whoever prunes do so.
  "holds.release": lets,

  "policies.list": looks,
  "policies.preview": looks,
  "policies.save": admin,
  "settings.get": looks,
  "settings.update": admin,

  "notices.get": looks,
  // Each makes Halfway knock where its caller says.
  "notices.saveWay": admin,
  "notices.removeWay": admin,
  "notices.testWay": admin,
  "notices.saveSettings": admin,

  "users.list": adminLooks,
  "users.create": decides,
  "users.setRole": decides,
  "users.setPassword": decides,
  "users.remove": decides,
  "apiTokens.list": adminLooks,
  "apiTokens.create": decides,
  "apiTokens.revoke": decides,

  "audit.list": adminLooks,
  "audit.hosts": adminLooks,
  "audit.export": adminLooks,

  "events.stream": looks,
};

/** Resuming costs nothing; what `-F` and `-A` do cannot be undone. */
const startRights: Record<TransferIntent, Change> = {
  resume: operator,
  "resume-with-rollback": destroys,
  "start-over": destroys,
};

/** What something asks for: a procedure, or a transfer with its intent. */
export type Act = Exclude<ProcedurePath, "transfers.start"> | `transfers.start ${TransferIntent}`;

/** What of that changes something. */
export type MutationAct = Extract<Act, MutationPath | `transfers.start ${TransferIntent}`>;

/** @returns undefined for a procedure that does not exist. */
export function rightTo(path: string, input: unknown): Right | undefined {
  if (path !== "transfers.start")
    return Object.hasOwn(rights, path) ? rights[path as keyof typeof rights] : undefined;
  const intent = intentIn(input);
  return intent ? startRights[intent] : destroys;
}

/** What a call is named in the audit trail. */
export function actOf(path: string, input: unknown): string {
  const intent = path === "transfers.start" ? intentIn(input) : undefined;
  return intent ? `${path} ${intent}` : path;
}

function intentIn(input: unknown): TransferIntent | undefined {
  const intent = typeof input === "object" && input !== null && "intent" in input ? input.intent : undefined;
  return (Object.keys(startRights) as TransferIntent[]).find((one) => one === intent);
}

/** Why a role may not do what it may not, in words: for a page, which need not know the whole table then. */
export function refusalsFor(role: Role): Partial<Record<Act, Said>> {
  const starts = Object.entries(startRights).map(
    ([intent, right]) => [`transfers.start ${intent}`, right] as const,
  );
  return Object.fromEntries(
    [...Object.entries(rights), ...starts].flatMap(([act, { least }]) =>
      least === "anyone" || atLeast(role, least) ? [] : [[act, refusalOf(role, least)]],
    ),
  );
}

/** What somebody is told whose role does not suffice. */
export function refusalOf(role: Role, least: Role): Said {
  if (least !== "admin") return say`Only an operator or an admin may do this; you are signed in as a viewer.`;
  return role === "operator"
    ? say`Only an admin may do this; you are signed in as an operator.`
    : say`Only an admin may do this; you are signed in as a viewer.`;
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
  accounts: readonly { name: string; role: Role; elsewhere: boolean }[],
  self: string,
): Said | null {
  const [admin, ...more] = accounts.filter(({ role }) => role === "admin");
  const elsewhere = accounts.some((account) => account.name === name && account.elsewhere);
  if (act === "setPassword" && elsewhere) return noPassword(name);
  if (act === "setRole" && elsewhere)
    return say`The provider says what “${name}” may, at each sign-in there.`;
  if (act !== "setPassword" && admin?.name === name && more.length === 0) return onlyAdmin(name);
  if (name !== self) return null;
  return act === "setPassword"
    ? say`This is your own account: you change its password in the account menu.`
    : say`This is your own account: another admin may do this.`;
}
