import { join, resolve } from "node:path";
import { z } from "zod";
import type { ProviderConfig } from "../access/provider-config";
import type { ProxySettings } from "../access/proxy-config";
import { badConfiguration, type HalfwayError } from "../errors";
import type { Host } from "../hosts/config";
import { nearest } from "./nearest";
import { allSettings, besides, type Setting, settings, unwrapped } from "./settings";
import { type Path, readYaml, type Source } from "./yaml-source";

type Environment = Readonly<Record<string, string | undefined>>;

/** What Halfway is told from outside, as it holds for this server. */
export type Configuration = {
  address: string;
  port: number;
  /** Further names the page is opened by. */
  names: readonly string[];
  insecureHttp: boolean;
  stateDir: string;
  /** The hosts that were not added in the page; null for this machine alone, as soon as it has ZFS. */
  hosts: readonly Host[] | null;
  oidc: ProviderConfig | null;
  proxy: ProxySettings | null;
  metrics: { open: boolean; datasets: boolean };
  stallMinutes: number | undefined;
  spacePauseSeconds: number | undefined;
  /** Which file it is from; null for the environment alone. */
  file: string | null;
  /** What is odd about it, and keeps nothing from working. */
  warnings: readonly string[];
};

/** What a configuration depends on beside its text. */
export type Surroundings = {
  /** @throws Error saying why a file cannot be read. */
  read: (file: string) => string;
  home: string;
};

/** Something that is wrong: where, and what to do about it. */
type Problem = { where: string; words: string };

const loopback = ["127.0.0.1", "::1", "localhost"];

/**
 * What the environment and the file that it names say. A variable takes precedence over its key.
 * @throws HalfwayError `BAD_INPUT` with everything that is wrong, each with its place and what is wanted there.
 */
export function readConfiguration(env: Environment, { read, home }: Surroundings): Configuration {
  const problems: Problem[] = [];
  const file = env[besides.file.name] || null;
  const source = file === null ? null : fromFile(file, read, problems);
  const given: Record<string, unknown> = source ? structuredClone(source.value) : {};
  /** Which variable a setting came from. */
  const variables = new Map<string, string>();
  /** What the file says to no effect. */
  const hidden: string[] = [];
  const hides = (variable: string, path: Path, where: string) =>
    hidden.push(
      `${where}: “${nameOf(path)}” counts for nothing, as ${variable} in the environment takes precedence.`,
    );
  const lineOf = (path: Path) => `${file}, line ${source?.line(path) ?? 1}`;
  for (const { path, variable } of allSettings) {
    const text = variable && env[variable.name];
    // A secret alone, without the header that it is for, is no proxy yet.
    if (!variable || !text || (path[0] === "proxy" && !isProxyMeant(given, env))) continue;
    if (valueAt(given, path) !== undefined) hides(variable.name, path, lineOf(path));
    if (put(given, path, written(text, variable.kind))) variables.set(path.join("."), variable.name);
  }
  const provider = typeof given.oidc === "string" ? given.oidc : null;
  const providerPath = provider !== null && variables.has("oidc") ? resolve(provider) : provider;
  const providerSource = providerPath?.startsWith("/") ? fromFile(providerPath, read, problems) : null;
  if (providerSource) given.oidc = providerSource.value;
  else if (providerPath?.startsWith("/")) delete given.oidc;
  const lineInFiles = (path: Path) =>
    providerSource && path[0] === "oidc"
      ? `${providerPath}, line ${providerSource.line(path.slice(1))}`
      : lineOf(path);
  const secret = env[besides.oidcSecret.name];
  if (secret && isRecord(given.oidc)) {
    const path = besides.oidcSecret.key.split(".");
    if (given.oidc.clientSecret !== undefined) hides(besides.oidcSecret.name, path, lineInFiles(path));
    given.oidc.clientSecret = secret;
    variables.set(besides.oidcSecret.key, besides.oidcSecret.name);
  }
  if (variables.get("stateDir") && typeof given.stateDir === "string")
    given.stateDir = resolve(given.stateDir);

  // Without a file what is missing is missing in the environment.
  const variableOf = (path: Path) =>
    longestOf(path, variables) ?? (file === null ? settingAt(path)?.variable?.name : undefined);
  const whereIs = (path: Path): string => {
    const variable = variableOf(path);
    const fromProvider =
      providerSource !== null && path[0] === "oidc" && variable !== besides.oidcSecret.name;
    return variable && !fromProvider ? `${variable} in the environment` : lineInFiles(path);
  };
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      problems.push(...problemsOf(issue, [], given, variableOf, whereIs));
    }
  }
  const { address, insecureHttp } = given;
  if (typeof address === "string" && !loopback.includes(address) && insecureHttp !== true) {
    problems.push({
      where: whereIs(["address"]),
      words:
        `address is “${address}”, where everybody on the way can read passwords: Halfway speaks plain HTTP. Leave it at ` +
        "127.0.0.1 behind an HTTPS proxy or an SSH tunnel, or set “insecureHttp: true” (HALFWAY_INSECURE_HTTP=1) if that network is trusted.",
    });
  }
  if (!parsed.success || problems.length > 0) throw refusal(problems);
  const { data } = parsed;
  return {
    address: data.address ?? "127.0.0.1",
    port: data.port ?? 3000,
    names: data.names ?? [],
    insecureHttp: data.insecureHttp ?? false,
    stateDir: data.stateDir ?? join(env.XDG_STATE_HOME || join(home, ".local", "state"), "halfway"),
    hosts: data.hosts ?? null,
    oidc: typeof data.oidc === "object" ? data.oidc : null,
    proxy: data.proxy ?? null,
    metrics: { open: data.metrics?.open ?? false, datasets: data.metrics?.datasets ?? false },
    stallMinutes: data.stallMinutes,
    spacePauseSeconds: data.spacePauseSeconds,
    file,
    warnings: [...hidden, ...strangeVariables(env)],
  };
}

function fromFile(
  file: string,
  read: Surroundings["read"],
  problems: Problem[],
): (Source & { value: Record<string, unknown> }) | null {
  let text: string;
  try {
    text = read(file);
  } catch (error) {
    problems.push({
      where: file,
      words: `it cannot be read: ${error instanceof Error ? error.message : error}`,
    });
    return null;
  }
  const source = readYaml(text);
  if (!("unreadable" in source)) {
    const { value, line } = source;
    if (isRecord(value)) return { value, line };
    problems.push({
      where: `${file}, line 1`,
      words: "the file is no map of keys. Wanted: lines such as “key: value”.",
    });
    return null;
  }
  for (const { line, words } of source.unreadable) {
    problems.push({ where: `${file}, line ${line}`, words: `this is neither YAML nor JSON. ${words}.` });
  }
  return null;
}

/** Whether something says that there is a proxy which is to be believed. */
function isProxyMeant(given: Record<string, unknown>, env: Environment): boolean {
  return given.proxy !== undefined || Boolean(env.HALFWAY_PROXY_USER_HEADER?.trim());
}

/** Variables hold texts; one that is nothing of the kind that is wanted stays a text, and is refused as that. */
function written(text: string, kind: NonNullable<Setting["variable"]>["kind"]): unknown {
  switch (kind) {
    case "text":
      return text;
    case "number":
      return /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
    case "switch":
      return (
        new Map<string, unknown>([
          ...(["1", "true"] as const).map((yes) => [yes, true] as const),
          ...(["0", "false"] as const).map((no) => [no, false] as const),
        ]).get(text.trim()) ?? text
      );
    case "list":
      return text
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== "");
  }
}

/** @returns false where something else than a map is in the way: that is wrong by itself. */
function put(
  given: Record<string, unknown>,
  [first = "", ...rest]: readonly string[],
  value: unknown,
): boolean {
  if (rest.length === 0) {
    given[first] = value;
    return true;
  }
  given[first] ??= {};
  const inner = given[first];
  return isRecord(inner) && put(inner, rest, value);
}

function longestOf(path: Path, variables: ReadonlyMap<string, string>): string | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const variable = variables.get(path.slice(0, length).join("."));
    if (variable) return variable;
  }
  return undefined;
}

/** What one issue of the schema means to whoever wrote the file. */
function problemsOf(
  issue: z.core.$ZodIssue,
  above: Path,
  given: unknown,
  variableOf: (path: Path) => string | undefined,
  whereIs: (path: Path) => string,
): Problem[] {
  const path = [...above, ...issue.path];
  const name = nameOf(path);
  if (issue.code === "invalid_union") {
    // Of what it could be, what is nearest to it: with the fewest things wrong, but for what is of another kind altogether.
    const ways = issue.errors
      .filter((way) => !way.some(({ code, path: inner }) => code === "invalid_type" && inner.length === 0))
      .sort((a, b) => a.length - b.length);
    const [best, next] = ways;
    if (best && best.length !== next?.length) {
      return best.flatMap((one) => problemsOf(one, path, given, variableOf, whereIs));
    }
  }
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ where: whereIs([...path, key]), words: unknownKey(path, key) }));
  }
  const value = valueAt(given, path);
  const known = settingAt(path);
  const own = !/^(Invalid|Too (small|big))\b/.test(issue.message);
  const wanted = known && !own && !isInside(known, path) ? known.wanted : lowered(issue.message);
  const variable = variableOf(path);
  const example = !known || own || isInside(known, path) ? "" : ` For example: ${exampleOf(known, variable)}`;
  if (value === undefined) {
    return [{ where: whereIs(path), words: `${name} is missing. Wanted: ${wanted}.${example}` }];
  }
  return [
    { where: whereIs(path), words: `${name} is ${shown(value, path, known)}. Wanted: ${wanted}.${example}` },
  ];
}

/** Whether something is deep in what a setting is a whole of: then the words of that depth say more. */
function isInside(known: Setting, path: Path): boolean {
  return path.length > known.path.length + (typeof path.at(-1) === "number" ? 1 : 0);
}

function exampleOf({ path, example, variable }: Setting, from: string | undefined): string {
  if (from && variable?.name === from) {
    const plain = example.replaceAll(/["[\]]/g, "");
    return `${from}=${variable.kind === "switch" ? "1" : example.startsWith("\n") ? "/etc/halfway/oidc.yaml" : plain}`;
  }
  const text = yamlOf({ path, example });
  return text.includes("\n") ? `\n${indented(text)}` : text;
}

/** A setting with its example, as it stands in a file. */
export function yamlOf({ path, example }: Pick<Setting, "path" | "example">): string {
  const lines = path.map((key, depth) => `${"  ".repeat(depth)}${key}:`).join("\n");
  return example.startsWith("\n") ? `${lines}${example}` : `${lines} ${example}`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}

function unknownKey(path: Path, key: string): string {
  const words = `“${nameOf([...path, key])}” is no key that Halfway knows.`;
  const here = keysAt(path);
  const elsewhere = allSettings.find(
    (setting) =>
      setting.variable?.name === key ||
      (path.length === 0 && setting.path.length > 1 && setting.path.at(-1) === key),
  );
  const meant = elsewhere ? elsewhere.path.join(".") : nearest(key, here);
  if (meant) return `${words} Is “${meant}” meant?`;
  return here.length === 0 ? words : `${words} Known here: ${here.join(", ")}.`;
}

/** The keys that a map at a path may have. */
function keysAt(path: Path): string[] {
  let found: z.core.$ZodType[] = [settings];
  for (const step of path) found = found.flatMap((schema) => below(schema, step));
  return [
    ...new Set(
      found
        .flatMap(whole)
        .flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : [])),
    ),
  ];
}

function below(schema: z.core.$ZodType, step: PropertyKey): z.core.$ZodType[] {
  return whole(schema).flatMap((one) => {
    if (one instanceof z.ZodArray) return [one.element as z.core.$ZodType];
    const inner = one instanceof z.ZodObject ? (one.shape as z.core.$ZodShape)[String(step)] : undefined;
    return inner ? [inner] : [];
  });
}

/** All that something may be. */
function whole(schema: z.core.$ZodType): z.core.$ZodType[] {
  const bare = unwrapped(schema);
  return bare instanceof z.ZodUnion
    ? bare.options.flatMap((option) => whole(option as z.core.$ZodType))
    : [bare];
}

function settingAt(path: Path): Setting | undefined {
  return allSettings.find((setting) => setting.path.every((key, at) => path[at] === key));
}

function nameOf(path: Path): string {
  return path.reduce<string>(
    (name, step) =>
      typeof step === "number" ? `${name}[${step}]` : name === "" ? String(step) : `${name}.${String(step)}`,
    "",
  );
}

function valueAt(given: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      isRecord(value) || Array.isArray(value) ? (value as Record<PropertyKey, unknown>)[step] : undefined,
    given,
  );
}

/** What was found, in words; never what may be a secret. */
function shown(value: unknown, path: Path, known: Setting | undefined): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "a map of keys";
  if (known?.secret || /secret/i.test(String(path.at(-1)))) return `${String(value).length} characters long`;
  // Something else stands where a map should, and could be what belongs in it.
  if (!known && path.length === 1) return "no map of keys";
  const text = String(value);
  // It looks right, and is not what it looks like.
  if (typeof value === "string" && /^(true|false|\d+(\.\d+)?)$/.test(text))
    return `the text “${text}” in quotes`;
  return `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”`;
}

/** Variables that look like ours and are none: they keep nothing from working. */
function strangeVariables(env: Environment): string[] {
  const known = [
    besides.file.name,
    besides.oidcSecret.name,
    ...allSettings.flatMap(({ variable }) => (variable ? [variable.name] : [])),
  ];
  return Object.keys(env)
    .filter((name) => name.startsWith("HALFWAY_") && !known.includes(name))
    .flatMap((name) => {
      const meant = nearest(name, known);
      return meant
        ? [`${name} in the environment is no variable that Halfway knows. Is ${meant} meant?`]
        : [];
    });
}

function refusal(problems: readonly Problem[]): HalfwayError {
  const [only] = problems;
  if (only && problems.length === 1) return badConfiguration(`${only.where}: ${only.words}`);
  const list = problems.map(({ where, words }, at) => `${at + 1}. ${where}: ${words}`);
  return badConfiguration(`the configuration has ${problems.length} problems.\n${list.join("\n")}`);
}

function lowered(message: string): string {
  return message.replace(/\.$/, "").replace(/^Invalid input: expected /, "");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
