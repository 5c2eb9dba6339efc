// One test run over all packages. Tests import the sources of their own package and the built dist of the others.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "bench/test/*.test.mjs"],
    // Each file has an engine of its own, as a user's process has.
    pool: "forks",
    // The files run side by side already; tests of threads and of BLAS ask for them.
    env: { TORCHLET_NUM_THREADS: "1", TORCHLET_BLAS: "off" },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
