import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    projects: [
      { extends: true, test: { name: "unit", include: ["server/**/*.test.ts", "components/**/*.test.ts"] } },
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
    ],
  },
});
