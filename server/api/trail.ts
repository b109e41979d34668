import type { TRPCError } from "@trpc/server";
import { z } from "zod";
import { accountName, role } from "../access/accounts";
import { addressOf } from "../access/address";
import { type Caller, nameOf } from "../access/caller";
import { withRole } from "../access/roles";
import type { Audit, Deed, Detail, Outcome, What } from "../audit/audit";
import { HalfwayError, sentence } from "../errors";
import { hostName } from "../hosts/config";
import { fingerprintOf } from "../hosts/fingerprint";
import { addedHost } from "../hosts/known";
import type { AttemptOutcome } from "../notices/metrics";
import { noticeSettings } from "../notices/settings";
import { wayInput } from "../notices/ways";
import type { Plan } from "../receives/plan";
import type { Verdict } from "../receives/types";
import { counted, type Said, say } from "../say";
import { policiesInput } from "../transfers/policies";
import type { Run } from "../transfers/run-dir";
import { settingsInput } from "../transfers/settings";
import type { Witness } from "../transfers/witness";
import { datasetOf } from "../zfs/names";
import type { Halfway } from "./halfway";
import { actOf, type MutationPath, type Right } from "./rights";

/** What every procedure that changes something has for the audit trail: to be called before anything runs. */
export type Note = Deed["note"];

/** One call, as it came in; nothing of its input is checked yet. */
type Call = {
  halfway: Halfway;
  caller: Caller;
  headers: Headers;
  path: string;
  input: unknown;
  right: Right;
};

/** Nobody's account has a space in its name. */
const notSignedIn = say`not signed in`;

/**
 * Does what a call asks for, with its intent written down before and its outcome after it; or its denial.
 * @param admit throws where the caller may not.
 */
export async function onTheTrail<T extends { ok: true } | { ok: false; error: TRPCError }>(
  call: Call,
  admit: () => Promise<void>,
  act: (note: Note) => Promise<T>,
): Promise<T> {
  const { caller, path, right } = call;
  // Ends nothing, and is no denial either: whoever is out may say so as often as they like.
  if (path === "session.signOut" && caller.kind !== "person") return act(async () => {});
  const { audit } = call.halfway;
  const what = await whatOf(call);
  const deed = audit.deed(what);
  try {
    await admit();
  } catch (error) {
    if (await audit.hasRoomFor(what.actor)) {
      await deed.intend(false);
      deed.end(error instanceof HalfwayError ? outcomeOf(error, path, false) : "failed", sentence(error));
    }
    throw error;
  }
  const listed = caller.kind !== "nobody" || (await audit.hasRoomFor(what.actor));
  if (listed) await deed.intend(right.trail === "required");
  const result = await act((...noted) => deed.note(...noted));
  // Whoever comes in at last is listed, however many were refused before.
  if (!listed && result.ok) await deed.intend(false);
  if (result.ok) deed.end(deed.comesTo);
  else if (listed) deed.end(...endingOf(result.error, path, deed.noted));
  return result;
}

/** How something ended that threw, in words that are ours. */
function endingOf({ cause, code }: TRPCError, path: string, begun: boolean): [Outcome, Said] {
  if (!(cause instanceof HalfwayError)) {
    // What a parser says of its input may repeat it.
    return code === "BAD_REQUEST"
      ? ["refused", say`What was sent is malformed.`]
      : ["failed", say`Halfway ran into an error of its own. Its log says more.`];
  }
  return [outcomeOf(cause, path, begun), sentence(cause)];
}

function outcomeOf({ code }: HalfwayError, path: string, begun: boolean): Outcome {
  switch (code) {
    case "UNAUTHENTICATED":
    case "FORBIDDEN":
    case "TOO_MANY":
      return "denied";
    case "REAUTHENTICATE":
      return "proof-asked";
    case "REFUSED":
      // A wrong password is refused in these words.
      return path.startsWith("session.") ? "denied" : "refused";
    case "BAD_INPUT":
    case "NOT_FOUND":
    case "CONFLICT":
    case "UNWRITABLE":
      return "refused";
    case "UNREACHABLE":
      return begun ? "unknown" : "failed";
    case "ZFS_FAILED":
      return "failed";
  }
}

/** What the trail keeps of what is about to run. */
export function plannedAs({ steps }: Pick<Plan, "steps">, verdict: Verdict | null): Detail {
  return {
    commands: steps.map(({ command }) => command),
    verdict: verdict && say`${verdict.kind}: ${verdict.sentence}`,
  };
}

/** Tells the trail of every attempt of a transfer, also of those that begin by themselves. */
export function witnessOf(audit: Audit): Witness {
  const deedOf = ({ transferId, number, order, startedAt }: Run) =>
    audit.deed(
      {
        ...{ act: "attempt", actor: order.by, host: order.host, dataset: order.dataset },
        subject: say`attempt ${number} of transfer ${transferId}`,
      },
      // The same after a restart; a number may be used again where nothing could be started.
      `${transferId}/${number}/${startedAt}`,
    );
  return {
    begins: (run, judged) => {
      const { order, steps } = run;
      const destroys = order.intent === "start-over" || order.confirmed.rollback;
      const { fingerprint = null, verdict = null } = judged ?? {};
      return deedOf(run).intend(destroys, { ...plannedAs({ steps }, verdict), fingerprint });
    },
    ended: (run, ending) => deedOf(run).end(outcomeOfAttempt(ending), ending.message),
  };
}

/** The same in the words of metrics. */
export function attemptOutcome({ how, ended }: Parameters<Witness["ended"]>[1]): AttemptOutcome {
  if (how === "arrived") return "arrived";
  if (ended === "stopped" || ended === "limit-changed") return "stopped";
  return how === "not-known" ? "unknown" : "interrupted";
}

function outcomeOfAttempt({ how, ended }: Parameters<Witness["ended"]>[1]): Outcome {
  if (how === "arrived") return "done";
  // One that was ended for a stall has failed.
  if (ended === "stopped" || ended === "limit-changed") return "stopped";
  return how === "not-known" ? "unknown" : "failed";
}

/** What a call is about, as far as its input says so. */
type About = Pick<What, "host" | "dataset" | "fingerprint" | "subject">;

async function whatOf({ halfway, caller, headers, path, input }: Call): Promise<What> {
  const about = abouts[path as MutationPath];
  return {
    ...{ act: actOf(path, input), address: addressOf(headers) },
    actor: caller.kind === "nobody" ? notSignedIn : nameOf(caller),
    // What it is about must not be what it fails by.
    ...(await about(input, halfway).catch(() => ({}))),
  };
}

type AboutOf = (input: unknown, halfway: Halfway) => Promise<About>;

/** Reads the part of an input that may be written down; all else of it never gets near the trail. */
function reads<S extends z.ZodType>(
  schema: S,
  about: (input: z.output<S>, halfway: Halfway) => About | Promise<About>,
): AboutOf {
  return async (input, halfway) => about(schema.parse(input), halfway);
}

const nothing: AboutOf = async () => ({});
const name = z.string().max(400);

const ofReceive = reads(
  z.object({ id: name, fingerprint: name.optional() }),
  ({ id, fingerprint = null }) => {
    const at = id.indexOf(":");
    return { host: id.slice(0, at), dataset: id.slice(at + 1), fingerprint };
  },
);

const ofTransfer = (
  words: (id: string, input: { before?: unknown; bytesPerSecond?: unknown }) => Said = (id) =>
    say`transfer ${id}`,
) =>
  reads(z.looseObject({ id: z.uuid() }), ({ id, ...input }, { transfers }) => {
    const subject = words(id, input);
    const known = transfers.list().find((one) => one.id === id);
    return known ? { host: known.host, dataset: known.dataset, subject } : { subject };
  });

const ofAccount = reads(z.object({ name: accountName, role: role.optional() }), (input) => ({
  subject: input.role ? withRole(input.name, input.role) : input.name,
}));

const ofHost = reads(addedHost, ({ name, destination, port, hostKey }, { known }) => {
  const before = known.added(name)?.hostKey ?? hostKey;
  const way = port === null ? destination : say`${destination}, port ${port}`;
  const key = fingerprintOf(hostKey);
  const subject =
    before === hostKey ? say`${way}, ${key}` : say`${way}, ${key} in place of ${fingerprintOf(before)}`;
  return { host: name, subject };
});

const ofWay = reads(z.object({ id: z.uuid() }), ({ id }, { notices }) => {
  const name = notices.nameOf(id);
  return { subject: name === null ? id : `“${name}”` };
});

function tokenWords(token: Said, days: number): Said {
  return counted(days, say`${token}, for one day`, say`${token}, for ${days} days`);
}

/** What the trail keeps of each input. One that is missing does not compile. */
const abouts: Record<MutationPath, AboutOf> = {
  // Some type their password where the name belongs: only one that there is may be written down.
  "session.signIn": reads(z.object({ name: accountName }), async (input, { access }) => ({
    subject: (await access.accounts.require(input.name)).name,
  })),
  "session.signInByPasskey": nothing,
  "session.signInByProvider": nothing,
  "session.signInByProxy": nothing,
  "session.signOut": nothing,
  "session.setUp": nothing,
  "session.reauthenticate": nothing,
  "session.reauthenticateByPasskey": nothing,
  "session.addPasskey": reads(z.object({ name: z.string().max(64) }), (input) => ({
    subject: `“${input.name}”`,
  })),
  "session.removePasskey": nothing,
  "session.changePassword": nothing,
  "session.beginSecondFactor": nothing,
  "session.confirmSecondFactor": nothing,
  "session.dropSecondFactor": nothing,
  "session.revoke": nothing,
  "session.revokeOthers": nothing,

  "receives.abort": ofReceive,
  "receives.protect": ofReceive,
  "transfers.start": ofReceive,
  "transfers.continue": ofTransfer(),
  "transfers.retry": ofTransfer(),
  "transfers.move": ofTransfer((id, { before }) =>
    before === null ? say`transfer ${id}, to the end` : say`transfer ${id}`,
  ),
  "transfers.limit": ofTransfer((id, { bytesPerSecond: rate }) =>
    typeof rate === "number"
      ? say`transfer ${id}, to ${rate} bytes a second`
      : say`transfer ${id}, limited no more`,
  ),
  "transfers.stop": ofTransfer(),

  "sends.start": reads(
    z.object({
      source: z.object({ host: name, snapshot: name }),
      target: z.object({ host: name, dataset: z.string().max(1_000) }),
    }),
    ({ source, target }) => ({ ...target, subject: say`${source.snapshot} from ${source.host}` }),
  ),

  "holds.release": reads(z.object({ host: name, snapshot: name, tag: name }), ({ host, snapshot, tag }) => ({
    ...{ host, dataset: datasetOf(snapshot), subject: say`${tag} on ${snapshot}` },
  })),
  "hosts.add": ofHost,
  "hosts.update": ofHost,
  "hosts.remove": reads(z.object({ name: hostName }), (input) => ({ host: input.name })),
  "policies.save": reads(policiesInput, (policies) => ({
    subject: policies.map((one) => `“${one.name}” (${one.mode})`).join(", ") || say`none any more`,
  })),
  "settings.update": reads(settingsInput, (change) => ({
    subject: Object.entries(change)
      .map(([key, value]) => `${key} = ${value}`)
      .join(", "),
  })),

  // What its kind has to know is full of secrets; what it is called is not.
  "notices.saveWay": reads(wayInput.pick({ name: true, kind: true, on: true }), ({ name, kind, on }) => ({
    subject: `“${name}” (${kind}${on ? "" : ", off"})`,
  })),
  "notices.removeWay": ofWay,
  "notices.testWay": ofWay,
  "notices.saveSettings": reads(noticeSettings, ({ rules, quiet, language }) => ({
    subject: [
      Object.entries(rules)
        .flatMap(([kind, { on }]) => (on ? [kind] : []))
        .join(", ") || "nothing",
      quiet ? `quiet from ${quiet.from} to ${quiet.to}` : "no quiet hours",
      language,
    ].join("; "),
  })),

  "users.create": ofAccount,
  "users.setRole": ofAccount,
  "users.setPassword": ofAccount,
  "users.remove": ofAccount,
  "apiTokens.create": reads(z.object({ name: z.string().max(64), role, days: z.int() }), (input) => ({
    subject: tokenWords(withRole(`“${input.name}”`, input.role), input.days),
  })),
  "apiTokens.revoke": reads(z.object({ id: z.uuid() }), async ({ id }, { access }) => {
    const token = (await access.apiTokens.list()).find((one) => one.id === id);
    return { subject: token ? say`“${token.name}” of ${token.owner}` : id };
  }),
};
