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

  const features = 8;
  it.each<[string, () => torch.nn.Module, number[]]>([
    ["ELU", () => new nn.ELU(0.7), [3, features]],
    ["CELU", () => new nn.CELU(0.7), [3, features]],
    ["SELU", () => new nn.SELU(), [3, features]],
    ["LeakyReLU", () => new nn.LeakyReLU(0.2), [3, features]],
    ["GELU", () => new nn.GELU(), [3, features]],
    ["GELU with tanh", () => new nn.GELU({ approximate: "tanh" }), [3, features]],
    ["SiLU", () => new nn.SiLU(), [3, features]],
    ["Mish", () => new nn.Mish(), [3, features]],
    ["Softplus", () => new nn.Softplus(2, 1.5), [3, features]],
    ["Softsign", () => new nn.Softsign(), [3, features]],
    ["Tanhshrink", () => new nn.Tanhshrink(), [3, features]],
    ["LogSigmoid", () => new nn.LogSigmoid(), [3, features]],
    ["Hardsigmoid", () => new nn.Hardsigmoid(), [3, features]],
    ["Hardswish", () => new nn.Hardswish(), [3, features]],
    ["Hardtanh", () => new nn.Hardtanh(-0.5, 0.8), [3, features]],
    ["Hardshrink", () => new nn.Hardshrink(0.4), [3, features]],
    ["Softshrink", () => new nn.Softshrink(0.4), [3, features]],
    ["ReLU6", () => new nn.ReLU6(), [3, features]],
    ["Threshold", () => new nn.Threshold(0.1, -2), [3, features]],
    ["PReLU", () => new nn.PReLU(features), [3, features]],
    ["PReLU on images", () => new nn.PReLU(2), [3, 2, 4, 4]],
    ["Softmax", () => new nn.Softmax(1), [3, features]],
    ["LogSoftmax", () => new nn.LogSoftmax(1), [3, features]],
    ["BatchNorm1d", () => new nn.BatchNorm1d(features), [3, features]],
    ["LayerNorm", () => new nn.LayerNorm(features), [3, features]],
    ["LayerNorm without parameters", () => new nn.LayerNorm([2, 4], { elementwiseAffine: false }), [3, 2, 4]],
    ["GroupNorm", () => new nn.GroupNorm(2, 4), [3, 4, 5]],
    ["Conv1d", () => new nn.Conv1d(2, 4, 3, { padding: 1 }), [3, 2, 9]],
    ["Conv2d", () => new nn.Conv2d(2, 4, 3, { stride: 2, padding: 1, groups: 2 }), [3, 2, 8, 8]],
    ["MaxPool2d", () => new nn.MaxPool2d(2), [3, 2, 8, 8]],
    ["AvgPool2d", () => new nn.AvgPool2d(3, { stride: 2, padding: 1 }), [3, 2, 8, 8]],
  ])("exports %s", async (_, make, shape) => {
    torch.manualSeed(2);
    const layer = make();
    for (const parameter of layer.parameters()) nn.init.uniform_(parameter, 0.2, 0.9);
    const X = torch.randn(shape).mul(2);
    // Running statistics that are not the initial ones.
    if (layer instanceof nn.BatchNorm1d) layer(X);
    const net = new nn.Sequential(layer).eval();
    expectSame(await run(torch.onnx.export(net, X), X), net(X));
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
