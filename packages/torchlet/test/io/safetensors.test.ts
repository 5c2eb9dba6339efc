// Safetensors: what is written is read again, the layout is the format's, hostile files are refused.
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";

const state = {
  "0.weight": torch.tensor([
    [1.5, -2],
    [3, 4],
  ]),
  steps: torch.tensor([7], { dtype: torch.int32 }),
  precise: torch.tensor([Math.PI], { dtype: torch.float64 }),
  mask: torch.tensor([true, false, true]),
  image: torch.tensor(Uint8Array.of(0, 128, 255)),
  empty: torch.zeros(0, 3),
  scalar: torch.tensor(2.5),
};

/** A file from a header and data. */
function file(header: string, data: Uint8Array = new Uint8Array(0), length = header.length): Uint8Array {
  const head = new TextEncoder().encode(header);
  const out = new Uint8Array(8 + head.length + data.length);
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true);
  out.set(head, 8);
  out.set(data, 8 + head.length);
  return out;
}

describe("safetensors", () => {
  it("reads what it wrote, names, types, shapes and values", () => {
    const back = torch.safetensors.load(torch.safetensors.save(state, { format: "pt" }));
    expect(Object.keys(back).sort()).toEqual(Object.keys(state).sort());
    for (const [name, tensor] of Object.entries(state)) {
      expect([back[name]!.dtype, [...back[name]!.shape]]).toEqual([tensor.dtype, [...tensor.shape]]);
      expect(back[name]!.tolist()).toEqual(tensor.tolist());
    }
  });

  it("has the format's layout", () => {
    const bytes = torch.safetensors.save({ b: torch.tensor([2.5]), a: torch.tensor([1.5]) });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header).toEqual({
      a: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
      b: { dtype: "F32", shape: [1], data_offsets: [4, 8] },
    });
    expect([...new Float32Array(bytes.slice(8 + length).buffer)]).toEqual([1.5, 2.5]);
  });

  it.each<[string, Uint8Array, string]>([
    ["too short", Uint8Array.of(1, 2, 3), "safetensors-short"],
    ["a header beyond the file", file("{}", undefined, 1000), "safetensors-header-length"],
    ["a header of 2^63 bytes", Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128, 123, 125), "safetensors-header-length"],
    ["no JSON", file("{nonsense"), "safetensors-header-json"],
    ["a list for a header", file("[]"), "safetensors-header-json"],
    [
      "a malformed entry",
      file('{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', new Uint8Array(4)),
      "safetensors-entry",
    ],
    [
      "an unknown type",
      file('{"a":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}}', new Uint8Array(1)),
      "safetensors-dtype",
    ],
    [
      "offsets beyond the file",
      file('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', new Uint8Array(4)),
      "safetensors-offsets",
    ],
    ["a gap", file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', new Uint8Array(8)), "safetensors-offsets"],
    [
      "another length than the shape's",
      file('{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,4]}}', new Uint8Array(4)),
      "safetensors-offsets",
    ],
    ["data that nobody names", file("{}", new Uint8Array(4)), "safetensors-length"],
    [
      "integers that do not fit",
      file(
        '{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}',
        new Uint8Array(new BigInt64Array([2n ** 40n]).buffer),
      ),
      "safetensors-int64",
    ],
  ])("refuses %s", (_, bytes, code) => {
    expect(() => torch.safetensors.load(bytes)).toThrowError(expect.objectContaining({ name: "DataError", code }));
  });
});

describe("torch.save and torch.load", () => {
  const folder = mkdtempSync(join(tmpdir(), "torchlet-io-"));

  it("carry a model from one process to another", () => {
    const path = join(folder, "net.safetensors");
    const make = () =>
      new torch.nn.Sequential(new torch.nn.Linear(3, 4), new torch.nn.ReLU(), new torch.nn.Linear(4, 2));
    const [trained, fresh] = [make(), make()];
    torch.save(trained.stateDict(), path);
    fresh.loadStateDict(torch.load(path));
    const x = torch.randn(5, 3);
    expect(fresh(x).tolist()).toEqual(trained(x).tolist());
    expect(readdirSync(folder)).toEqual(["net.safetensors"]);
  });

  it("leave an earlier file alone and nothing behind where they fail", () => {
    const path = join(folder, "missing", "net.safetensors");
    expect(() => torch.save(state, path)).toThrowError(expect.objectContaining({ code: "file" }));
    expect(() => torch.load(path)).toThrowError(expect.objectContaining({ code: "file" }));
    const broken = join(folder, "broken.safetensors");
    writeFileSync(broken, "no tensors");
    expect(() => torch.load(broken)).toThrowError(expect.objectContaining({ name: "DataError" }));
    expect(readFileSync(broken, "utf8")).toBe("no tensors");
  });
});
