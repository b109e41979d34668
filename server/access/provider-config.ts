import { readFileSync } from "node:fs";
import { z } from "zod";
import { HalfwayError } from "../errors";
import { type Role, roles } from "./roles";

const loopback = ["localhost", "127.0.0.1", "[::1]"];
const values = z.array(z.string().min(1)).default([]);

const providerFile = z
  .strictObject({
    /** As people know it: it stands on a button. */
    name: z.string().trim().min(1).max(40),
    issuer: z.url().refine(isSafe, { error: "passwords and keys pass here: it has to begin with https://" }),
    clientId: z.string().min(1),
    /** Else `HALFWAY_OIDC_SECRET`; without either, Halfway is a public client. */
    clientSecret: z.string().min(1).optional(),
    scopes: z.array(z.string().regex(/^\S+$/)).default(["openid", "profile"]),
    /** The claim that an account is named after. */
    nameClaim: z.string().min(1).default("preferred_username"),
    /** What of a claim makes somebody what. */
    roles: z
      .strictObject({ claim: z.string().min(1), viewer: values, operator: values, admin: values })
      .optional(),
    /** Of whoever has none by their claims; without it they do not come in. */
    defaultRole: z.enum(roles).optional(),
  })
  .refine(({ roles: mapped, defaultRole }) => mapped !== undefined || defaultRole !== undefined, {
    error: "neither roles nor a defaultRole: nobody would come in",
  });

/** Where people sign in elsewhere, and what that makes of them here. */
export type ProviderConfig = z.output<typeof providerFile>;

/** What a provider says of somebody. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * The provider that the JSON file of `HALFWAY_OIDC` describes; null where there is none.
 * @throws HalfwayError `BAD_INPUT` naming the file and what is wrong in it.
 */
export function loadProvider(env: Record<string, string | undefined>): ProviderConfig | null {
  const file = env.HALFWAY_OIDC;
  if (!file) return null;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    // What the parser says may quote the secret.
    const what = error instanceof SyntaxError ? "it is not JSON" : String(error);
    throw new HalfwayError("BAD_INPUT", `HALFWAY_OIDC: cannot read ${file}: ${what}`);
  }
  const parsed = providerFile.safeParse(content);
  if (!parsed.success)
    throw new HalfwayError("BAD_INPUT", `${file} is not valid:\n${z.prettifyError(parsed.error)}`);
  const secret = parsed.data.clientSecret ?? env.HALFWAY_OIDC_SECRET;
  return { ...parsed.data, ...(secret ? { clientSecret: secret } : {}) };
}

/** The highest role that somebody's claims make them; null for who has none and does not come in. */
export function roleOf(
  claims: Claims,
  { roles: mapped, defaultRole }: Pick<ProviderConfig, "roles" | "defaultRole">,
): Role | null {
  const said = mapped ? textsIn(claimIn(claims, mapped.claim)) : [];
  const role = roles.findLast((one) => mapped?.[one].some((value) => said.includes(value)));
  return role ?? defaultRole ?? null;
}

/** What an account is called that is made for somebody: as its provider says, in the letters that names have here. */
export function accountNameOf(claims: Claims, { nameClaim }: Pick<ProviderConfig, "nameClaim">): string {
  const [said = ""] = textsIn(claimIn(claims, nameClaim));
  const name = said
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 32);
  if (name === "") {
    throw new HalfwayError("REFUSED", `Your account has no “${nameClaim}” that could be a name here.`);
  }
  return name;
}

/** A claim by its name; by a path (`realm_access.roles`) where nothing has that name. */
function claimIn(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split(".")
    .reduce<unknown>(
      (at, key) =>
        typeof at === "object" && at !== null && Object.hasOwn(at, key)
          ? (at as Record<string, unknown>)[key]
          : undefined,
      claims,
    );
}

function textsIn(claim: unknown): string[] {
  return (Array.isArray(claim) ? claim : [claim]).filter((one) => typeof one === "string");
}

/** Whether nobody on the way can read what is said to it. */
function isSafe(issuer: string): boolean {
  const url = URL.parse(issuer);
  return url?.protocol === "https:" || (url?.protocol === "http:" && loopback.includes(url.hostname));
}
