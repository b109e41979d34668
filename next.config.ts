import type { NextConfig } from "next";

const config: NextConfig = {
  agentRules: false,
  poweredByHeader: false,
  images: { unoptimized: true },
  // The page is live and for one person at a time: nothing is worth optimising at build time.
  devIndicators: false,
  // Native code cannot be bundled.
  serverExternalPackages: ["better-sqlite3"],
};

export default config;
