// Both builds of the kernels in one process: the modules are loaded anew with the variable that forces the plain one.
import { expect, vi } from "vitest";

export const tiers = ["relaxed", "plain"] as const;
export type Tier = (typeof tiers)[number];
export type Torch = typeof import("../../src/index.js");
export type Engine = typeof import("../../src/engine/index.js") & typeof import("../../src/engine/heap.js");

async function inTier<T>(tier: Tier, load: () => Promise<T>): Promise<T> {
  const before = process.env["TORCHLET_SIMD"];
  vi.resetModules();
  if (tier === "plain") process.env["TORCHLET_SIMD"] = "plain";
  else delete process.env["TORCHLET_SIMD"];
  try {
    const loaded = await load();
    const { machineInfo } = await import("../../src/engine/machine.js");
    expect(machineInfo().simd).toBe(tier);
    return loaded;
  } finally {
    if (before === undefined) delete process.env["TORCHLET_SIMD"];
    else process.env["TORCHLET_SIMD"] = before;
  }
}

/** The whole library on one build of the kernels. */
export function loadTorch(tier: Tier): Promise<Torch> {
  return inTier(tier, () => import("../../src/index.js"));
}

/** The engine alone on one build of the kernels. */
export function loadEngine(tier: Tier): Promise<Engine> {
  return inTier(tier, async () => ({
    ...(await import("../../src/engine/index.js")),
    ...(await import("../../src/engine/heap.js")),
  }));
}
