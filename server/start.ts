/*
 * How the server starts: first its configuration is read, then it listens where that says. In a clone Next's own program takes
 * the place of this process; nothing of what read the configuration stays behind.
 */

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { begin } from "./begin";

begin(({ address, port }) => {
  const root = dirname(createRequire(import.meta.url).resolve("next/package.json"));
  const program = join(root, "dist", "bin", "next");
  const args = ["start", join(import.meta.dirname, ".."), "-H", address, "-p", String(port)];
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } as const;
  if (!process.execve) throw new Error("Node.js 22.15 or newer is needed.");
  process.execve(process.execPath, [process.execPath, program, ...args], env);
});
