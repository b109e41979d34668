import { z } from "zod";
import { HalfwayError } from "../errors";
import { type Said, say } from "../say";

/** Where a message goes by HTTP. Addresses of the own network are as good as any: that is where such servers stand. */
const httpUrl = z
  .string()
  .trim()
  .max(2_000)
  .refine(isHttpUrl, { error: say`it has to begin with https:// or http://` });

const text = (most: number) => z.string().trim().max(most);
const needed = (most: number) => text(most).min(1, say`is missing`);
/** One address, or several with commas between. */
const mailAddresses = needed(2_000).refine(
  (list) => list.split(",").every((one) => z.email().safeParse(one.trim()).success),
  { error: say`addresses like me@example.org, with commas between` },
);

/** What each way has to know: what may be shown again, and what is only ever taken. */
const shapes = {
  ntfy: {
    open: z.strictObject({ url: httpUrl }),
    // Whoever knows a topic can read it.
    secrets: z.strictObject({
      topic: needed(64).regex(/^[-_A-Za-z0-9]+$/, say`letters, digits, - and _ only`),
      token: text(500),
    }),
  },
  gotify: {
    open: z.strictObject({ url: httpUrl }),
    secrets: z.strictObject({ token: needed(500) }),
  },
  webhook: {
    open: z.strictObject({}),
    secrets: z.strictObject({ url: httpUrl, key: text(500) }),
  },
  email: {
    open: z.strictObject({
      server: needed(253).regex(/^[A-Za-z0-9.:_-]+$/, say`a name or an address`),
      port: z.coerce.number<string | number>().int().min(1).max(65_535),
      encryption: z.enum(["tls", "starttls", "none"]),
      user: text(320),
      from: z.email(say`an address like halfway@example.org`),
      to: mailAddresses,
    }),
    secrets: z.strictObject({ password: text(500) }),
  },
  slack: { open: z.strictObject({}), secrets: z.strictObject({ url: httpUrl }) },
  discord: { open: z.strictObject({}), secrets: z.strictObject({ url: httpUrl }) },
  teams: { open: z.strictObject({}), secrets: z.strictObject({ url: httpUrl }) },
  telegram: {
    open: z.strictObject({ url: httpUrl, chat: needed(100) }),
    secrets: z.strictObject({ token: needed(200).regex(/^[\w:-]+$/, say`digits, a colon and letters`) }),
  },
} as const;

/** What each of these is called where it is typed. */
const fieldWords: Readonly<Record<string, Said>> = {
  url: say`Address`,
  topic: say`Topic`,
  token: say`Token`,
  key: say`Key for signatures`,
  server: say`Mail server`,
  port: say`Port`,
  encryption: say`Encryption`,
  user: say`User`,
  from: say`Sender`,
  to: say`Recipients`,
  password: say`Password`,
  chat: say`Chat`,
};

export const wayKinds = Object.keys(shapes) as WayKind[];
export type WayKind = keyof typeof shapes;

/** How a message gets to somebody. */
export type Way = {
  [K in WayKind]: {
    kind: K;
    open: z.output<(typeof shapes)[K]["open"]>;
    secrets: z.output<(typeof shapes)[K]["secrets"]>;
  };
}[WayKind];

/** A way as somebody types it. A secret that is null stays as it was. */
export const wayInput = z.strictObject({
  /** Null for a new one. */
  id: z.uuid().nullable(),
  name: z.string().trim().min(1).max(80),
  on: z.boolean(),
  kind: z.enum(Object.keys(shapes) as [WayKind, ...WayKind[]]),
  open: z.record(z.string().max(40), z.union([z.string().max(2_000), z.number()])),
  secrets: z.record(z.string().max(40), z.string().max(2_000).nullable()),
});
export type WayInput = z.output<typeof wayInput>;

/**
 * Completes what was typed with the secrets that stay as they were.
 * @param before the same way until now; null for a new one.
 * @throws HalfwayError `BAD_INPUT`
 */
export function wayOf(input: Pick<WayInput, "kind" | "open" | "secrets">, before: Way | null): Way {
  const { kind } = input;
  const kept: Readonly<Record<string, string>> = before?.kind === kind ? before.secrets : {};
  const keeps = Object.entries(input.secrets).some(([name, typed]) => typed === null && kept[name]);
  const secrets = Object.fromEntries(
    Object.entries(input.secrets).map(([name, typed]) => [name, typed ?? kept[name] ?? ""]),
  );
  const way = parsed(kind, input.open, secrets);
  // Else whoever may change a way could have its secret sent to themselves.
  if (before && keeps && placeOf(way) !== placeOf(before)) {
    throw new HalfwayError(
      "BAD_INPUT",
      say`It goes somewhere else from now on: type its password or token once more.`,
    );
  }
  return way;
}

/** A way as it was kept; null where that is none. */
export function keptWay(kind: string, json: unknown): Way | null {
  const kept = z.object({ open: z.unknown(), secrets: z.unknown() }).safeParse(json);
  if (!isKind(kind) || !kept.success) return null;
  try {
    return parsed(kind, kept.data.open, kept.data.secrets);
  } catch {
    return null;
  }
}

function parsed(kind: WayKind, open: unknown, secrets: unknown): Way {
  const shape = shapes[kind];
  const [first, second] = [shape.open.safeParse(open), shape.secrets.safeParse(secrets)];
  const issue = first.error?.issues[0] ?? second.error?.issues[0];
  if (issue) {
    const name = String(issue.path[0] ?? "");
    throw new HalfwayError("BAD_INPUT", say`${fieldWords[name] ?? name}: ${issue.message}`);
  }
  return { kind, open: first.data, secrets: second.data } as Way;
}

function isKind(kind: string): kind is WayKind {
  return Object.hasOwn(shapes, kind);
}

/** The machine that gets the secrets of a way, and how well they are kept from others on the way there. */
function placeOf(way: Way): string {
  switch (way.kind) {
    case "ntfy":
    case "gotify":
    case "telegram":
      return new URL(way.open.url).origin;
    case "email":
      return `${way.open.server}:${way.open.port} ${way.open.encryption}`;
    case "webhook":
    case "slack":
    case "discord":
    case "teams":
      // The address is the secret itself.
      return "";
  }
}

/** A way as the page may know it. */
export type ShownWay = {
  kind: WayKind;
  open: Record<string, string>;
  /** Whether each secret is set. */
  secrets: Record<string, boolean>;
};

export function shownWay({ kind, open, secrets }: Way): ShownWay {
  return {
    kind,
    open: Object.fromEntries(Object.entries(open).map(([name, value]) => [name, String(value)])),
    secrets: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, value !== ""])),
  };
}

function isHttpUrl(typed: string): boolean {
  const url = URL.parse(typed);
  return (
    url !== null && ["http:", "https:"].includes(url.protocol) && url.username === "" && url.password === ""
  );
}
