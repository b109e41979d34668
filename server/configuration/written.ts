import { yamlOf } from "./read";
import { allSettings, besides, type Setting } from "./settings";

/** A configuration file that says nothing yet: every setting with its words, commented out. */
export function exampleFile(): string {
  return [
    "# Halfway's configuration. Every line here is optional: what is commented out shows how it would be written, and what holds",
    "# without it is said above it. Hosts, accounts and messages are set up in the page. A variable in the environment takes",
    "# precedence over its key. After a change: restart Halfway; transfers go on meanwhile. Whether a file is right says",
    "# `halfway check-config` (`npm run admin -- check-config` in a clone).",
    ...allSettings.flatMap((setting, at) => {
      const parent = setting.path.slice(0, -1);
      const begins = parent.length > 0 && allSettings[at - 1]?.path[0] !== parent[0];
      const within = parent.length > 0 && !begins;
      return [...(within ? [] : [""]), ...(begins ? [`#${parent[0]}:`] : []), ...entry(setting)];
    }),
    "",
  ].join("\n");
}

function entry({ path, meaning, otherwise, example, variable, inPackage }: Setting): string[] {
  const indent = "  ".repeat(path.length - 1);
  const words = [
    `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`,
    ...(otherwise ? [`Without it: ${otherwise}.`] : []),
  ];
  const last = yamlOf({ path: [path.at(-1) ?? ""], example }).split("\n");
  return [
    ...[
      words.join(" "),
      ...(inPackage?.trim().split("\n") ?? []),
      ...(variable ? [`Variable: ${variable.name}`] : []),
    ].map((line) => (indent ? `#${indent}# ${line}` : `# ${line}`)),
    ...last.map((line) => `#${indent}${line}`),
  ];
}

/** The table of the README. */
export function settingsTable(): string {
  const { file, oidcSecret } = besides;
  const rows = [
    ["key in the file", "variable", "meaning", "default"],
    ["", `\`${file.name}\``, file.meaning, file.otherwise],
    ...allSettings.flatMap(({ path, variable, meaning, otherwise }) => [
      [`\`${path.join(".")}\``, variable ? `\`${variable.name}\`` : "", meaning, otherwise],
      ...(path[0] === "oidc"
        ? [[`\`${oidcSecret.key}\``, `\`${oidcSecret.name}\``, oidcSecret.meaning, oidcSecret.otherwise]]
        : []),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lineOf = (cells: readonly string[], fill = " ") =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [
    lineOf(head),
    lineOf(
      widths.map(() => ""),
      "-",
    ),
    ...body.map((row) => lineOf(row)),
  ].join("\n");
}
