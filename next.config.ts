import type { NextConfig } from "next";

const config: NextConfig = {
  agentRules: false,
  poweredByHeader: false,
  // What packages hold: the server with just the modules that it uses. `next start` wants it otherwise.
  ...(process.env.HALFWAY_BUILD === "package" ? { output: "standalone" } : {}),
  images: { unoptimized: true },
  // The page is live and for one person at a time: nothing is worth optimising at build time.
  devIndicators: false,
  // Native code cannot be bundled; what looks around in its process or its own files need not be.
  serverExternalPackages: ["better-sqlite3", "nodemailer", "prom-client"],
};

export default config;
