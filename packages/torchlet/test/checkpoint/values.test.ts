// What a checkpoint holds comes back with the same bits; what it cannot hold is refused by its place.
import { describe, expect, it, vi } from "vitest";
import * as torch from "../../src/index.js";
import { rejectionOf } from "./support.js";

const { load, toBytes } = torch.checkpoint;

async function roundTrip(state: Record<string, unknown>): Promise<Record<string, unknown>> {
  const loaded = await load(await toBytes(5, state));
  expect(loaded.step).toBe(5);
  return loaded.state;
}

describe("values", () => {
  it("keeps plain values", async () => {
    const state = {
      numbers: [0, -0, 1, -1.5, 0.1, 1e-320, Number.MAX_VALUE, Number.NaN, Infinity, -Infinity],
      big: [0n, -12345678901234567890n],
      texts: ["", "损失", 'a"\\\n', "\ud83d\ude00"],
      nothing: [null, undefined],
      flags: { yes: true, no: false },
      $tensor: "a key of the user's",
      nested: { $number: "NaN", $$: [{ $undefined: true }], empty: {}, list: [] },
    };
    const back = await roundTrip(state);
    expect(back).toEqual(state);
    expect(Object.is((back["numbers"] as number[])[1], -0)).toBe(true);
    expect("1" in (back["nothing"] as unknown[])).toBe(true);
  });

  it("takes keys for keys", async () => {
    const state = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2, "__metadata__": 3, "0": 4}');
    const back = await roundTrip(state);
    expect(Object.keys(back).sort()).toEqual(["0", "__metadata__", "__proto__", "constructor"]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    const target: Record<string, unknown> = {};
    const store = new torch.checkpoint.MemoryStore([[5, await toBytes(5, state)]]);
    await new torch.checkpoint.CheckpointManager({ store }).restore(target);
    expect((target as { polluted?: number }).polluted).toBeUndefined();
    expect(Object.keys(target)).toContain("__proto__");
  });

  it("keeps tensors of every type, shape and layout", async () => {
    const wide = torch.randn(3, 4, { dtype: torch.float64 });
    const state: Record<string, torch.Tensor> = {
      float32: torch.tensor([1e-40, -0, Number.NaN, Infinity]),
      float64: torch.tensor([Math.PI, 5e-324, -0], { dtype: torch.float64 }),
      int32: torch.tensor([-2147483648, 2147483647], { dtype: torch.int32 }),
      uint8: torch.tensor(Uint8Array.of(0, 255)),
      bool: torch.tensor([true, false, true]),
      scalar: torch.tensor(2.5),
      empty: torch.zeros(0, 3),
      turned: wide.t(),
      part: wide.narrow(1, 1, 2),
      __metadata__: torch.ones(1),
      0: torch.ones(2),
    };
    const back = await roundTrip(state);
    for (const [name, x] of Object.entries(state)) {
      const got = back[name] as torch.Tensor;
      expect([got.dtype.name, [...got.shape]], name).toEqual([x.dtype.name, [...x.shape]]);
      const [a, b] = [got, x].map((t) => Buffer.from(t.toTypedArray().slice().buffer));
      expect(a!.equals(b!), name).toBe(true);
    }
  });

  it("keeps typed arrays, and names that look alike apart", async () => {
    const state = {
      a: { b: Float32Array.of(1, 2) },
      "a.b": Float64Array.of(0.1),
      ints: Int32Array.of(-1),
      part: new Uint8Array([1, 2, 3, 4]).subarray(1, 3),
    };
    expect(await roundTrip(state)).toEqual(state);
  });

  it("is a safetensors file that others read", async () => {
    const net = new torch.nn.Linear(2, 3);
    const bytes = await toBytes(9, { net, note: "x" });
    const tensors = torch.safetensors.load(bytes);
    expect(tensors["state.net.weight"]!.tolist()).toEqual(net.weight.tolist());
    const { format, version, step } = torch.safetensors.metadata(bytes);
    expect([format, version, step]).toEqual(["torchlet.checkpoint", "1", "9"]);
    expect(torch.safetensors.metadata(torch.safetensors.save({ w: net.weight }))).toEqual({});
  });

  it("has the same checksum in a page, and says what a page without WebCrypto lacks", async () => {
    const state = { w: torch.arange(100) };
    const bytes = await toBytes(1, state);
    const { getBuiltinModule } = process;
    const subtle = vi.spyOn(crypto, "subtle", "get");
    try {
      Object.assign(process, { getBuiltinModule: undefined });
      expect(Buffer.from(await toBytes(1, state)).equals(bytes)).toBe(true);
      expect((await load(bytes)).step).toBe(1);
      expect(subtle).toHaveBeenCalled();
      subtle.mockReturnValue(undefined as never);
      expect((await rejectionOf(toBytes(1, state))).code).toBe("checkpoint-no-crypto");
      expect(() => new torch.checkpoint.FolderStore("a")).toThrow("there are no files in a page");
    } finally {
      Object.assign(process, { getBuiltinModule });
      subtle.mockRestore();
    }
  });

  class Counter {
    count = 1;
  }
  const loop: Record<string, unknown> = {};
  loop["self"] = [loop];
  let deep: unknown = 1;
  for (let i = 0; i < 200; i++) deep = [deep];
  it.each<[string, unknown, string]>([
    ["a function", { a: [() => 1] }, "state.a.0"],
    ["a map", { m: new Map() }, "state.m"],
    ["a date", { when: new Date(0) }, "state.when"],
    ["an instance", { c: new Counter() }, "state.c"],
    ["a symbol", { s: Symbol("s") }, "state.s"],
    ["a cycle", loop, "state.self.0"],
    ["too deep a tree", { deep }, "state.deep"],
    ["another typed array", { f: new Int8Array(2) }, "state.f"],
  ])("refuses %s", async (_name, state, path) => {
    const error = await rejectionOf(toBytes(0, state as object));
    expect(error.code).toBe("checkpoint-value");
    expect(error.path?.startsWith(path)).toBe(true);
    expect(error.rule.zh).not.toBe(error.rule.en);
  });
});
