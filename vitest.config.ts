import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    setupFiles: ["e2e/as-it-reads.ts"],
    projects: [
      {
        extends: true,
        // Some write hundreds of rows, each synced: on a busy disk that takes its time.
        test: {
          name: "unit",
          include: ["{server,components,e2e/docs,e2e/bench}/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        // Contract tests talk to the lab's guests, whose emulated machines answer slowly and share pools.
        test: {
          name: "contract",
          include: ["e2e/contract/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        // Fault tests cut power and cables of the guests that all of them share, and wait until all is well again.
        test: {
          name: "faults",
          include: ["e2e/faults/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 420_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
