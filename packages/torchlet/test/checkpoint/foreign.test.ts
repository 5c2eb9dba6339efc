// Checkpoints of something else: told apart by names, shapes, types and classes; nothing is touched.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { bytesOf, makeRun, rejectionOf } from "./support.js";

const { nn, optim } = torch;
const { CheckpointManager, load, MemoryStore, toBytes } = torch.checkpoint;
const { DataLoader, TensorDataset } = torch.utils.data;

/** Refuses a saved state for another one; gives the refusal, and makes sure that nothing has changed. */
async function refusal(saved: object, own: object): Promise<torch.DataError> {
  const store = new MemoryStore([[1, await toBytes(1, saved)]]);
  const before = await bytesOf(own);
  const error = await rejectionOf(new CheckpointManager({ store }).restore(own));
  expect(error.code).toBe("checkpoint-none-fits");
  expect(await bytesOf(own)).toBe(before);
  expect(store.list()).toEqual([1]);
  return (error.received as torch.DataError[])[0]!;
}

function problemsOf(error: torch.DataError): string[] {
  expect(error.code).toBe("checkpoint-foreign");
  return (error.received as torch.checkpoint.Problem[]).map(({ path, rule }) => {
    expect(rule.zh).toMatch(/[一-龥]|seven/);
    return `${path}: ${rule.en}`;
  });
}

const linear = (n: number, m: number, bias = true) => new nn.Linear(n, m, { bias });

describe("a foreign checkpoint", () => {
  it("lists names, shapes and types of another model", async () => {
    const saved = new nn.Sequential(linear(4, 8), linear(8, 2));
    const own = new nn.Sequential(linear(4, 6), linear(6, 2, false));
    expect(problemsOf(await refusal({ net: saved }, { net: own }))).toEqual([
      "state.net.0.weight: was saved as float32 [8, 4], the model has float32 [6, 4]",
      "state.net.0.bias: was saved as float32 [8], the model has float32 [6]",
      "state.net.1.weight: was saved as float32 [2, 8], the model has float32 [2, 6]",
      "state.net.1.bias: is not in the model (float32 [2])",
    ]);
    expect(problemsOf(await refusal({ net: linear(1, 1, false) }, { net: linear(1, 1) }))).toEqual([
      "state.net.bias: is not in the checkpoint, the model has float32 [1]",
    ]);
    torch.setDefaultDtype(torch.float64);
    const double = linear(1, 1);
    torch.setDefaultDtype(torch.float32);
    expect(problemsOf(await refusal({ net: double }, { net: linear(1, 1) }))).toEqual([
      "state.net.weight: was saved as float64 [1, 1], the model has float32 [1, 1]",
      "state.net.bias: was saved as float64 [1], the model has float32 [1]",
    ]);
  });

  it("tells another optimizer, another schedule and another loader", async () => {
    const net = linear(2, 2);
    const sgd = new optim.SGD(net.parameters(), { lr: 0.1 });
    const adam = new optim.Adam(net.parameters());
    expect(problemsOf(await refusal({ optimizer: adam }, { optimizer: sgd }))).toEqual([
      "state.optimizer: was saved from: optimizer Adam; there is: optimizer SGD",
    ]);
    const step = new optim.lrScheduler.StepLR(sgd, 3);
    const exponential = new optim.lrScheduler.ExponentialLR(sgd, 0.9);
    expect(problemsOf(await refusal({ s: step }, { s: exponential }))).toEqual([
      "state.s: was saved from: scheduler StepLR; there is: scheduler ExponentialLR",
    ]);
    const groups = new optim.SGD([{ params: [net.weight] }, { params: [net.bias!] }], { lr: 0.1 });
    expect(problemsOf(await refusal({ o: groups }, { o: sgd }))).toEqual(["state.o: 2 groups were saved, there are 1"]);
    const data = new TensorDataset(torch.zeros(6, 1));
    const loaders = [2, 3].map((batchSize) => new DataLoader(data, { batchSize }));
    expect(problemsOf(await refusal({ l: loaders[0] }, { l: loaders[1] }))).toEqual([
      "state.l: the state is of another loader: batchSize was 2, it is 3 here",
    ]);
  });

  it("tells what one of both does not have, and what stands in another's place", async () => {
    const net = linear(1, 1);
    const optimizer = new optim.SGD(net.parameters(), { lr: 0.1 });
    expect(problemsOf(await refusal({ net }, { net, optimizer }))).toEqual([
      "state.optimizer: is not in the checkpoint (optimizer)",
    ]);
    expect(problemsOf(await refusal({ net, optimizer }, { net }))).toEqual([
      "state.optimizer: was saved from: optimizer SGD; there is: nothing of the kind",
    ]);
    expect(problemsOf(await refusal({ a: 1, w: torch.zeros(2) }, { a: net, w: torch.zeros(3) }))).toEqual([
      "state.a: is not in the checkpoint (module)",
      "state.w: was saved as float32 [2], it is float32 [3] here",
    ]);
    expect(problemsOf(await refusal({ nets: [net] }, { nets: [net, linear(2, 2)] }))).toHaveLength(1);
  });

  it("takes everything back where an object refuses late", async () => {
    const stubborn = {
      value: 1,
      stateDict() {
        return { value: this.value };
      },
      loadStateDict(state: { value: number }) {
        this.value = state.value;
        if (state.value === 7) throw new Error("seven is not for me");
      },
    };
    const saved = { ...makeRun(), stubborn: { ...stubborn, value: 7 } };
    torch.manualSeed(5);
    torch.rand(3);
    const own = { ...makeRun(), stubborn };
    own.optimizer.zeroGrad();
    nn.functional.crossEntropy(own.net(torch.randn(4, 4)), torch.zeros(4, { dtype: torch.int32 })).backward();
    own.optimizer.step();
    saved.losses.push(1);
    expect(problemsOf(await refusal(saved, own))).toEqual(["state.stubborn: Error: seven is not for me"]);
    expect(stubborn.value).toBe(1);
  });

  it("is told from files of other programs, and from newer formats", async () => {
    const own = { net: linear(1, 1) };
    const codeOf = async (bytes: Uint8Array) => {
      const store = new MemoryStore([[1, bytes]]);
      const error = await rejectionOf(new CheckpointManager({ store }).restore(own));
      return (error.received as torch.DataError[])[0]!;
    };
    const others = torch.safetensors.save(own.net.stateDict(), { format: "pt" });
    expect((await codeOf(others)).rule.en).toBe("it is a safetensors file, but not a checkpoint of torchlet");
    expect((await codeOf(torch.safetensors.save({}))).code).toBe("checkpoint-foreign");
    const bytes = await toBytes(1, own);
    const rewritten = torch.safetensors.save(torch.safetensors.load(bytes), { format: "torchlet.checkpoint" });
    expect((await codeOf(rewritten)).rule.en).toBe("another program has written it anew, without its checksum");
    expect((await codeOf(new TextEncoder().encode("PK\u0003\u0004 a zip of PyTorch's"))).code).toBe(
      "checkpoint-damaged",
    );

    expect(await codeOf(edited(bytes, '"version":"1"', '"version":"2"'))).toMatchObject({
      code: "checkpoint-version",
      expected: 1,
      received: 2,
    });
  });

  it("may hold anything, with a right checksum: nothing of it is run, or breaks more than itself", async () => {
    const bytes = await toBytes(1, { a: [1, 2, 3], w: torch.zeros(2) });
    const nonsense: [string, string][] = [
      ['"version":"1"', '"version":"x"'],
      ['"step":"1"', '"step":"-"'],
      ["[1,2,3]", "[1,2,3"],
      ["[1,2,3]", '{\\"$bigint\\":\\"1e9\\"}'],
      ["[1,2,3]", '{\\"$tensor\\":\\"state.v\\"}'],
      ["[1,2,3]", '{\\"$array\\":[\\"state.w\\",\\"Int32Array\\"]}'],
      ["[1,2,3]", '{\\"$array\\":[\\"state.w\\",\\"constructor\\"]}'],
      ["[1,2,3]", '{\\"$object\\":{\\"kind\\":\\"process\\",\\"class\\":\\"\\",\\"state\\":1}}'],
      ["[1,2,3]", '{\\"$object\\":null}'],
      ["[1,2,3]", '{\\"$unknown\\":1}'],
      ["[1,2,3]", "[".repeat(5000) + "]".repeat(5000)],
      ['"F32"', '"constructor"'],
      ['"shape":[2]', '"shape":[1e9]'],
    ];
    for (const [from, to] of nonsense) {
      const error = await rejectionOf(load(edited(bytes, from, to)));
      expect([to.slice(0, 60), error.code]).toEqual([to.slice(0, 60), "checkpoint-damaged"]);
    }
  });
});

/** A checkpoint with another header, and the checksum that belongs to it. */
function edited(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1");
  expect(text).toContain(from);
  const begin = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = text.slice(8, begin).replace(from, () => to);
  const out = Buffer.from("\0".repeat(8) + header.padEnd((header.length + 7) & ~7) + text.slice(begin), "latin1");
  out.writeBigUInt64LE(BigInt(header.length + 7) & ~7n, 0);
  const digest = text.slice(8, begin).indexOf('"sha256":"') + 8 + '"sha256":"'.length;
  out.write(
    createHash("sha256")
      .update(out.subarray(digest + 64))
      .digest("hex"),
    digest,
    "latin1",
  );
  return out;
}
