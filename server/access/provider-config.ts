import { z } from "zod";
import { HalfwayError } from "../errors";
import { say } from "../say";
import { type Role, roles } from "./roles";

const loopback = ["localhost", "127.0.0.1", "[::1]"];
const values = z.array(z.string().min(1)).default([]);

/** Where people sign in elsewhere, as the configuration has it. */
export const providerSettings = z
  .strictObject({
    /** As people know it: it stands on a button. */
    name: z.string().trim().min(1).max(40),
    issuer: z.url().refine(isSafe, { error: "passwords and keys pass here: it has to begin with https://" }),
    clientId: z.string().min(1),
    /** Without one Halfway is a public client. */
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
export type ProviderConfig = z.output<typeof providerSettings>;

/** What a provider says of somebody. */
export type Claims = Readonly<Record<string, unknown>>;

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
    throw new HalfwayError("REFUSED", say`Your account has no “${nameClaim}” that could be a name here.`);
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
