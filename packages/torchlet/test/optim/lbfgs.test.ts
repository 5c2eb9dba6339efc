// L-BFGS against PyTorch: losses, parameters and how often the closure ran.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { firstFar } from "../support/compare.js";
import { rows } from "./problem.js";

interface Run {
  options: Record<string, unknown>;
  kind: "bowl" | "valley" | "quartic";
  /** For each step: the loss, the five parameters, the evaluations so far. */
  steps: number[][];
}

function lossOf(kind: Run["kind"], x: torch.Tensor, y: torch.Tensor): torch.Tensor {
  const at = (i: number) => x.select(0, i);
  if (kind === "bowl") {
    const scale = torch.tensor([1, 3, 9], { dtype: x.dtype });
    return x.mul(x).mul(scale).sum().add(y.sub(1).pow(2).sum());
  }
  if (kind === "valley") {
    const valley = at(1).sub(at(0).pow(2)).pow(2).mul(100).add(at(0).rsub(1).pow(2));
    return valley.add(at(2).sub(0.2).pow(2)).add(y.mul(y).sum());
  }
  return x
    .pow(4)
    .sum()
    .add(y.pow(4).sum())
    .add(at(0).sub(y.select(0, 0).select(0, 0)).pow(2));
}

function start(dtype: torch.DType) {
  const x = new torch.nn.Parameter(torch.tensor([-1.2, 1, 0.5], { dtype }));
  const y = new torch.nn.Parameter(torch.tensor([[0.3], [-0.7]], { dtype }));
  return [x, y] as const;
}

function closureOf(optimizer: torch.optim.LBFGS, kind: Run["kind"], x: torch.Tensor, y: torch.Tensor) {
  return () => {
    optimizer.zeroGrad();
    const loss = lossOf(kind, x, y);
    loss.backward();
    return loss;
  };
}

describe("LBFGS", () => {
  it.each(rows<Run>("lbfgs"))("$kind $options in float64", ({ options, kind, steps }) => {
    const [x, y] = start(torch.float64);
    const optimizer = new torch.optim.LBFGS([x, y], options);
    const closure = closureOf(optimizer, kind, x, y);
    for (const want of steps) {
      const loss = optimizer.step(closure).item();
      const state = optimizer.state.get(x);
      const got = [loss, ...(x.tolist() as number[]), ...(y.flatten().tolist() as number[])];
      // The valley is narrow: rounding grows by some orders of magnitude from iteration to iteration.
      expect(firstFar(got, want.slice(0, -1), 1e-7, 1e-9)).toBeNull();
      if (state !== undefined) expect(state.funcEvals).toBe(want[6]);
    }
  });

  it("comes close in float32", () => {
    const { options, steps } = rows<Run>("lbfgs").find((r) => r.kind === "bowl")!;
    const [x, y] = start(torch.float32);
    const optimizer = new torch.optim.LBFGS([x, y], options);
    const closure = closureOf(optimizer, "bowl", x, y);
    for (const want of steps) {
      const loss = optimizer.step(closure).item();
      expect(firstFar([loss, ...(x.tolist() as number[])], want.slice(0, 4), 1e-5, 1e-5)).toBeNull();
    }
  });

  it("continues from a saved state as if nothing had happened", () => {
    const options = { lineSearchFn: "strong_wolfe", maxIter: 4 } as const;
    const [x, y] = start(torch.float64);
    const optimizer = new torch.optim.LBFGS([x, y], options);
    const closure = closureOf(optimizer, "valley", x, y);
    for (let t = 0; t < 3; t++) optimizer.step(closure);
    const [x2, y2] = [new torch.nn.Parameter(x.data.clone()), new torch.nn.Parameter(y.data.clone())];
    const other = new torch.optim.LBFGS([x2, y2], options);
    other.loadStateDict(optimizer.stateDict());
    optimizer.step(closure);
    other.step(closureOf(other, "valley", x2, y2));
    expect(x2.tolist()).toEqual(x.tolist());
    expect(y2.tolist()).toEqual(y.tolist());
  });

  it("refuses a second group, a missing closure and unknown line searches", () => {
    const [x, y] = start(torch.float32);
    expect(() => new torch.optim.LBFGS([{ params: [x] }, { params: [y] }])).toThrow(
      "all parameters must be in one group",
    );
    expect(() => new torch.optim.LBFGS([x]).step()).toThrow("a closure is needed");
    expect(() => new torch.optim.LBFGS([x], { lineSearchFn: "armijo" as "strong_wolfe" })).toThrow(
      'LBFGS: lineSearchFn must be "strong_wolfe" or null, got "armijo"',
    );
  });
});
