import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { type Configuration, readConfiguration } from "./read";

// Route handlers, the proxy and instrumentation get different copies of this module (next.js#65350), hence the global.
const key = Symbol.for("halfway.configuration");
type Global = typeof globalThis & { [key]?: Configuration };

/** This server's configuration: read once, so that no part of it goes by another one. @throws HalfwayError `BAD_INPUT` */
export function configuration(): Configuration {
  const holder = globalThis as Global;
  holder[key] ??= loadConfiguration(process.env);
  return holder[key];
}

/** Reads the configuration that an environment names. @throws HalfwayError `BAD_INPUT` with everything that is wrong. */
export function loadConfiguration(env: Readonly<Record<string, string | undefined>>): Configuration {
  return readConfiguration(env, {
    read: (file) => readFileSync(file, "utf8"),
    home: homedir(),
  });
}
