import { createTransport } from "nodemailer";
import { counted, type Said, say } from "../say";
import { redactTokens } from "../zfs/token";
import { asList, type Message, type Post, postOf } from "./message";
import type { Way } from "./ways";

/** How long anybody has for an answer, and how much of it is looked at. */
const limits = { http: 10_000, mail: 30_000, answer: 4_096, shown: 300 };
/** Longer than this nobody is left alone because they asked for it. */
export const longestWish = 6 * 60 * 60_000;

/** How a message was taken. */
export type Outcome =
  /** `but` says what went wrong all the same, where it was taken by some and not by others. */
  | { ok: true; answer: string; but: Said | null }
  | {
      ok: false;
      problem: Said;
      /** What the other side said, as far as it is anybody's business; empty where it said nothing. */
      answer: string;
      /** How long it wants to be left alone, milliseconds; null where it does not say. */
      wait: number | null;
    };

/** Sends a message and waits for the answer; never throws, and never takes long. */
export async function send(
  way: Way,
  message: Message,
  { limitMs }: { limitMs?: number } = {},
): Promise<Outcome> {
  const outcome =
    way.kind === "email"
      ? await mail(way, message, limitMs ?? limits.mail)
      : await ask(postOf(way, message), limitMs ?? limits.http);
  return { ...outcome, answer: withoutSecretsOf(way, outcome.answer) };
}

async function ask({ url, headers, body }: Post, limitMs: number): Promise<Outcome> {
  try {
    const signal = AbortSignal.timeout(limitMs);
    // Who redirects could send a secret anywhere.
    const response = await fetch(url, {
      ...{ method: "POST", headers, body, signal, redirect: "manual", cache: "no-store" },
    });
    const answer = `HTTP ${response.status} ${await beginningOf(response)}`;
    if (response.ok) return { ok: true, answer, but: null };
    return { ok: false, problem: refusal(response.status), answer, wait: waitOf(response.headers) };
  } catch (error) {
    return { ok: false, problem: silence(error, limitMs), answer: "", wait: null };
  }
}

/** No more of an answer than somebody reads: what is longer is let go. */
async function beginningOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return "";
  let text = "";
  const decoder = new TextDecoder();
  try {
    while (text.length < limits.answer) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // Whether it was taken, the status has said: who never ends their answer must not be told again for a day.
  }
  await reader.cancel().catch(() => {});
  return text.replace(/\s+/g, " ").trim();
}

function refusal(status: number): Said {
  if (status >= 300 && status < 400) {
    return say`It answered with a redirect (HTTP ${status}), which is not followed. Give the address it leads to.`;
  }
  if (status === 401 || status === 403) {
    return say`It does not accept the token or password (HTTP ${status}).`;
  }
  if (status === 404) return say`It knows no such address (HTTP ${status}).`;
  if (status === 429)
    return say`It got too many messages, and wants to be left alone for a while (HTTP ${status}).`;
  return say`It did not take the message (HTTP ${status}).`;
}

/** RFC 9110, 10.2.3: seconds, or a date. */
function waitOf(headers: Headers): number | null {
  const wish = headers.get("retry-after");
  if (wish === null) return null;
  const wait = /^\d+$/.test(wish) ? Number(wish) * 1_000 : Date.parse(wish) - Date.now();
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), longestWish) : null;
}

async function mail(
  { open, secrets }: Extract<Way, { kind: "email" }>,
  { title, lines, urgent, id }: Message,
  limitMs: number,
): Promise<Outcome> {
  const { server: host, port, encryption, user, from, to } = open;
  const transport = createTransport({
    ...{ host, port, secure: encryption === "tls", requireTLS: encryption === "starttls" },
    ignoreTLS: encryption === "none",
    ...(user === "" ? {} : { auth: { user, pass: secrets.password } }),
    ...{ connectionTimeout: limitMs, greetingTimeout: limitMs, socketTimeout: limitMs, dnsTimeout: limitMs },
    // A message is words, and nothing that is fetched from somewhere.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DOMException("late", "TimeoutError")), limitMs);
  });
  try {
    const sending = transport.sendMail({
      ...{ from, to, subject: title, text: `${asList(lines)}\n` },
      ...(urgent ? { priority: "high" as const } : {}),
      headers: { "Auto-Submitted": "auto-generated", "X-Halfway-Id": id },
    });
    // Whoever is late fails once more when the connection is taken from them.
    sending.catch(() => {});
    const { response, rejected } = await Promise.race([sending, late]);
    // Who was accepted has it: it is not sent again, but said.
    const but = counted(
      rejected.length,
      say`The mail server did not take it for 1 of the recipients.`,
      say`The mail server did not take it for ${rejected.length} of the recipients.`,
    );
    return { ok: true, answer: response, but: rejected.length === 0 ? null : but };
  } catch (error) {
    const answer = error instanceof Error && "response" in error ? String(error.response) : "";
    return { ok: false, problem: mailProblem(error, answer, limitMs), answer, wait: null };
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

function mailProblem(error: unknown, answer: string, limitMs: number): Said {
  const code = codeOf(error);
  if (code === "EAUTH") return say`The mail server does not accept the name or password.`;
  if (answer !== "") return say`The mail server did not take the message.`;
  if (code === "ETLS") return say`The connection to the mail server could not be encrypted.`;
  return silence(error, limitMs);
}

/** Why nobody answered, in words that name no address. */
function silence(error: unknown, limitMs: number): Said {
  const codes = [error, error instanceof Error ? error.cause : undefined].map(codeOf);
  const is = (...some: string[]) => codes.some((code) => some.includes(code));
  if (is("TimeoutError", "ETIMEDOUT", "UND_ERR_CONNECT_TIMEOUT", "ESOCKETTIMEDOUT")) {
    return say`It did not answer within ${limitMs / 1_000} seconds.`;
  }
  if (is("ENOTFOUND", "EAI_AGAIN", "EDNS")) return say`Its name is not known (DNS).`;
  if (is("ECONNREFUSED", "ESOCKET")) return say`Nobody listens there: the connection was refused.`;
  if (is("ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "ECONNECTION")) return say`It broke the connection off.`;
  if (codes.some((code) => /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL/.test(code))) {
    return say`Its certificate is not to be trusted. One of your own is named in NODE_EXTRA_CA_CERTS.`;
  }
  return say`It could not be reached.`;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

/** Some servers repeat what they were given. */
function withoutSecretsOf({ secrets }: Way, answer: string): string {
  const all = Object.values(secrets)
    .flatMap(partsOf)
    .sort((one, other) => other.length - one.length);
  const clean = all.reduce((text, secret) => text.replaceAll(secret, "…"), redactTokens(answer));
  return clean.length > limits.shown ? `${clean.slice(0, limits.shown)}…` : clean;
}

/** Of an address a server repeats the path, or what looks like a name in it. */
function partsOf(secret: string): string[] {
  if (secret === "") return [];
  const url = URL.parse(secret);
  if (url === null || !["http:", "https:"].includes(url.protocol)) return [secret];
  const { pathname, search, searchParams } = url;
  const words = [...pathname.split("/"), ...searchParams.values()].filter((word) => word.length >= 8);
  return [secret, url.href, `${pathname}${search}`, pathname, ...words, ...words.map(decoded)].filter(
    (part) => part !== "" && part !== "/",
  );
}

/** As a path's segment is read; as it stands where it cannot be. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
