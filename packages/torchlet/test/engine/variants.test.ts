// The build without relaxed multiply-add gives what the build with it gives, up to its extra roundings.
import { describe, expect, it } from "vitest";
import { firstFar } from "../support/compare.js";
import { loadTorch, type Torch } from "../support/tiers.js";

type Tensor = import("../../src/index.js").Tensor;

/** Everything that kernels with vector code compute, by name. */
function everything(torch: Torch): Record<string, Tensor> {
  const { nn } = torch;
  const F = nn.functional;
  torch.manualSeed(3);
  const x = torch.randn(37, 53);
  const logits = torch.randn(37, 11).mul(4);
  const labels = torch.randint(0, 11, [37]);
  const net = new nn.Sequential(
    new nn.Linear(53, 30),
    new nn.ReLU(),
    new nn.Linear(30, 11),
    new nn.Tanh(),
    new nn.Sigmoid(),
  );
  const leaf = logits.clone().requiresGrad_();
  const out: Record<string, Tensor> = {
    randn: x,
    exp: x.exp(),
    log: x.abs().log(),
    tanh: x.tanh(),
    sigmoid: x.sigmoid(),
    expm1: x.expm1(),
    softmax: logits.softmax(1),
    logSoftmax: logits.t().logSoftmax(0),
    crossEntropy: F.crossEntropy(logits, labels, { reduction: "none" }),
    sum: x.sum(0),
    mean: x.mean(1),
    norm: x.norm(2, 1),
    matmul: x.matmul(x.t()),
    double: x.double().t().matmul(x.double()),
    network: net(x),
  };
  F.crossEntropy(leaf, labels).backward();
  out["gradient of crossEntropy"] = leaf.grad!;
  F.logSoftmax(leaf, 1).square().sum().backward();
  out["gradient of logSoftmax"] = leaf.grad!;
  const normalized: Record<string, (x: Tensor, w: Tensor, b: Tensor) => Tensor> = {
    layerNorm: (x, w, b) => F.layerNorm(x, [53], w, b),
    batchNorm: (x, w, b) => F.batchNorm(x, null, null, w, b, { training: true }),
    "batchNorm of images": (x, w, b) =>
      F.batchNorm(torch.stack([x, x.square()], 2), null, null, w, b, { training: true }),
    dropout: (x, w) => F.dropout(x.mul(w), 0.4),
  };
  for (const [name, f] of Object.entries(normalized)) {
    const leaves = [x.clone(), torch.randn(53), torch.randn(53)].map((t) => t.requiresGrad_()) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const y = f(...leaves);
    y.mul(torch.arange(y.numel()).reshape(y.shape).sin()).sum().backward();
    out[name] = y.detach();
    for (const [i, t] of leaves.entries()) if (t.grad !== null) out[`gradient ${i} of ${name}`] = t.grad;
  }
  const optimizer = new torch.optim.SGD(net.parameters(), {
    lr: 0.1,
    momentum: 0.9,
    weightDecay: 0.01,
    nesterov: true,
  });
  for (let step = 0; step < 5; step++) {
    optimizer.zeroGrad();
    net(x).square().sum().backward();
    optimizer.step();
  }
  net.parameters().forEach((p, i) => {
    out[`parameter ${i} after five steps`] = p.data;
  });
  return out;
}

describe("the plain build", async () => {
  const [relaxed, plain] = [everything(await loadTorch("relaxed")), everything(await loadTorch("plain"))];

  it.each(Object.keys(relaxed))("%s", (name) => {
    const [a, b] = [relaxed[name]!, plain[name]!];
    expect(b.shape).toEqual(a.shape);
    const tolerance = a.dtype.name === "float64" ? 1e-13 : 2e-5;
    expect(firstFar(b.toTypedArray(), a.toTypedArray(), tolerance, tolerance / 10)).toBe(null);
  });

  it("draws the same bits", () => {
    expect(plain["randn"]!.tolist()).toEqual(relaxed["randn"]!.tolist());
  });
});
