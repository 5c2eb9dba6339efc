// One test run over all packages. Tests import the sources of their own package and the built dist of the others.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts"],
    // Each file has an engine of its own, as a user's process has.
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
