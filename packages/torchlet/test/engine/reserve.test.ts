// Devices that have no 4 GiB of addresses to give: the engine takes what it gets.
import { afterEach, expect, it, vi } from "vitest";

/** Lets memories of at most this many pages through, as a device with less room does. */
function limitMemory(limit: number): void {
  const Original = WebAssembly.Memory;
  class Limited extends Original {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      if ((descriptor.maximum ?? 0) > limit) throw new RangeError("could not allocate memory");
      super(descriptor);
    }
  }
  vi.stubGlobal("WebAssembly", { ...webAssembly(), Memory: Limited });
}

/** The functions of WebAssembly, which are not enumerable. */
function webAssembly(): Record<string, unknown> {
  const { compile, validate, Module, Instance, Memory, CompileError } = WebAssembly;
  return { compile, validate, Module, Instance, Memory, CompileError };
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

it("starts with a smaller limit, and says when that is reached", async () => {
  limitMemory(4096);
  const torch = await import("../../src/index.js");
  expect(torch.ones(1000, 1000).sum().item()).toBe(1e6);
  expect(() => torch.ones(2 ** 27)).toThrowError(
    expect.objectContaining({ name: "EngineError", code: "out-of-memory", received: expect.any(Number) }),
  );
  expect(torch.ones(1000, 1000).sum().item()).toBe(1e6);
});

it("says so where not even the first 32 MiB are there", async () => {
  limitMemory(16);
  const torch = await import("../../src/index.js");
  expect(() => torch.ones(1)).toThrowError(expect.objectContaining({ code: "out-of-memory", path: "torchlet" }));
});

it("says what a page must allow where wasm is refused", async () => {
  class Refused {
    constructor() {
      throw new WebAssembly.CompileError("blocked by policy");
    }
  }
  vi.stubGlobal("WebAssembly", { ...webAssembly(), Module: Refused });
  const torch = await import("../../src/index.js");
  expect(() => torch.ones(1)).toThrowError(
    expect.objectContaining({ code: "wasm-refused", message: expect.stringMatching(/blocked.*'wasm-unsafe-eval'/) }),
  );
});
