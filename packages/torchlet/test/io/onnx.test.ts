// Exported models give the same numbers in ONNX Runtime.
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";

const { nn } = torch;

async function run(bytes: Uint8Array, input: torch.Tensor, name = "input", output = "output") {
  const session = await InferenceSession.create(bytes);
  const feeds = { [name]: new OrtTensor("float32", input.toTypedArray() as Float32Array, [...input.shape]) };
  const result = (await session.run(feeds))[output]!;
  return { dims: [...result.dims], data: Array.from(result.data as Float32Array) };
}

function expectSame(got: { dims: number[]; data: number[] }, want: torch.Tensor): void {
  expect(got.dims).toEqual([...want.shape]);
  const values = want.toTypedArray();
  expect(got.data).toHaveLength(values.length);
  got.data.forEach((v, i) => {
    expect(Math.abs(v - values[i]!)).toBeLessThan(1e-5);
  });
}

describe("onnx.export", () => {
  it("gives the chapter's MLP another runtime, with any batch size", async () => {
    torch.manualSeed(0);
    const net = new nn.Sequential(
      new nn.Flatten(),
      new nn.Linear(784, 32),
      new nn.ReLU(),
      new nn.Dropout(0.5),
      new nn.Linear(32, 10),
    );
    const bytes = torch.onnx.export(net, torch.zeros(1, 1, 28, 28));
    expect(net.training).toBe(true);
    const X = torch.rand(5, 1, 28, 28);
    expectSame(await run(bytes, X), net.eval()(X));
  });

  it("exports nested models, other activations, layers without bias and inputs of three dimensions", async () => {
    torch.manualSeed(1);
    const inner = new nn.Sequential(new nn.Linear(4, 6, { bias: false }), new nn.Tanh());
    const net = new nn.Sequential(inner, new nn.Linear(6, 3), new nn.Sigmoid());
    const X = torch.randn(2, 5, 4);
    const bytes = torch.onnx.export(net, X, { inputName: "x", outputName: "y" });
    expectSame(await run(bytes, X, "x", "y"), net(X));
  });

  it("refuses layers it does not know, and learns them", async () => {
    class Double extends nn.Module {
      override forward(x: torch.Tensor): torch.Tensor {
        return x.mul(2);
      }
    }
    const net = new nn.Sequential(new nn.Linear(3, 3), new Double());
    const X = torch.randn(2, 3);
    expect(() => torch.onnx.export(net, X)).toThrowError(expect.objectContaining({ code: "onnx-layer" }));
    torch.onnx.registerLayer(Double, (_layer, { graph, input }) => graph.node("Add", [input, input]));
    expectSame(await run(torch.onnx.export(net, X), X), net(X));
  });
});
