// Engine memory beyond 2 GiB, where addresses no longer fit into 31 bits.
import { expect, it } from "vitest";
import { allocateChunk } from "../../src/engine/heap.js";
import * as torch from "../../src/index.js";

it("reads, computes, draws and learns above 2 GiB", () => {
  // Untouched pages take no memory.
  allocateChunk(1.1e9);
  allocateChunk(1.1e9);
  for (const dtype of [torch.float32, torch.float64, torch.int32, torch.uint8]) {
    const x = torch.full([10_000], 3, { dtype });
    expect(x.address()).toBeGreaterThan(2 ** 31);
    expect(x.narrow(0, 9_999, 1).item()).toBe(3);
    expect(x.add(x).max().item()).toBe(6);
    expect(x.reshape(100, 100).t().sum(0).narrow(0, 99, 1).item()).toBe(300);
    expect(x.toTypedArray()[9_999]).toBe(3);
  }
  const x = torch.ones(64, 300, { requiresGrad: true });
  const weight = torch.ones(300, 64, { requiresGrad: true });
  const y = x.matmul(weight);
  expect(y.address()).toBeGreaterThan(2 ** 31);
  expect([y.min().item(), y.max().item()]).toEqual([300, 300]);
  torch.nn.functional.crossEntropy(y, torch.zeros(64, { dtype: torch.int32 })).backward();
  expect(x.grad!.abs().max().item()).toBeLessThan(1e-3);
  expect(y.softmax(1).narrow(0, 63, 1).sum().item()).toBeCloseTo(1, 5);
  new torch.optim.SGD([weight], { lr: 1, momentum: 0.5 }).step();
  expect(weight.isfinite().all().item()).toBe(1);
  expect(torch.randperm(5000).sum().item()).toBe((5000 * 4999) / 2);
  expect(torch.rand(5000).lt(1).all().item()).toBe(1);
  expect(
    torch
      .arange(5000)
      .index(torch.arange(4999, -1, -1))
      .narrow(0, 0, 1)
      .item(),
  ).toBe(4999);

  // A captured step: its words, its program and its optimizer's numbers lie there too.
  torch.manualSeed(0);
  const net = new torch.nn.Sequential(new torch.nn.Linear(300, 64), new torch.nn.ReLU(), new torch.nn.Linear(64, 10));
  const optimizer = new torch.optim.Adam(net.parameters(), { lr: 1e-3 });
  const labels = torch.randint(0, 10, [64]);
  const learn = (input: torch.Tensor) => {
    optimizer.zeroGrad();
    const loss = torch.nn.functional.crossEntropy(net(input), labels);
    loss.backward();
    optimizer.step();
    return loss;
  };
  const first = { ...net.stateDict() };
  for (const [name, value] of Object.entries(first)) first[name] = value.clone();
  const losses = (step: (input: torch.Tensor) => torch.Tensor) =>
    Array.from({ length: 5 }, () => step(x.detach()).item());
  const eager = losses(learn);
  net.loadStateDict(first);
  optimizer.loadStateDict(new torch.optim.Adam(net.parameters(), { lr: 1e-3 }).stateDict());
  const compiled = torch.compile(learn);
  expect(losses(compiled)).toEqual(eager);
  expect(compiled.report().replayed).toBeGreaterThanOrEqual(3);
});
