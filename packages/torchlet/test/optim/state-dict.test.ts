// Saving and loading: every optimizer goes on as if nothing had happened; what does not fit changes nothing.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { numbers } from "../support/compare.js";
import { rows, type Trajectory } from "./problem.js";

const { optim, nn } = torch;

const make = (values: number[]) => new nn.Parameter(torch.tensor(values, { dtype: torch.float32 }));

function train(optimizer: torch.optim.SGD, parameters: torch.Tensor[], steps: number, seed: number): void {
  const draw = numbers(seed);
  for (let t = 0; t < steps; t++) {
    for (const p of parameters) {
      p.grad = torch.tensor(Float32Array.from({ length: p.numel() }, () => draw() - 0.5));
    }
    optimizer.step();
  }
}

const configurations = rows<Trajectory>("trajectories").filter((row) => row.dtype === "float32" && !row.skips);

describe("stateDict and loadStateDict", () => {
  it.each(configurations)("$name $options goes on", ({ name, options }) => {
    const Optimizer = optim[name as "SGD"];
    const own = [make([1, 2, 3]), make([-1, 0.5])];
    const optimizer = new Optimizer([{ params: [own[0]!] }, { params: [own[1]!], lr: 0.003 }], options);
    train(optimizer, own, 5, 1);
    const copies = own.map((p) => new nn.Parameter(p.data.clone()));
    const other = new Optimizer([{ params: [copies[0]!] }, { params: [copies[1]!] }]);
    other.loadStateDict(optimizer.stateDict());
    train(optimizer, own, 5, 2);
    train(other, copies, 5, 2);
    expect(copies.map((p) => p.tolist())).toEqual(own.map((p) => p.tolist()));
    expect(other.paramGroups.map(({ params: _, ...rest }) => rest)).toEqual(
      optimizer.paramGroups.map(({ params: _, ...rest }) => rest),
    );
  });

  it("has PyTorch's shape", () => {
    const own = [make([1]), make([2]), make([3])];
    const optimizer = new optim.Adam([{ params: own.slice(0, 1) }, { params: own.slice(1), lr: 0.5 }], { lr: 0.25 });
    own[0]!.grad = torch.ones(1);
    own[2]!.grad = torch.ones(1);
    optimizer.step();
    const dict = optimizer.stateDict();
    expect(Object.keys(dict.state)).toEqual(["0", "2"]);
    expect(Object.keys(dict.state[0]!)).toEqual(["step", "expAvg", "expAvgSq"]);
    expect(dict.paramGroups.map((g) => g.params)).toEqual([[0], [1, 2]]);
    expect(dict.paramGroups[1]).toEqual({
      lr: 0.5,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      amsgrad: false,
      maximize: false,
      decoupledWeightDecay: false,
      params: [1, 2],
    });
  });

  it("shares no memory with what was loaded", () => {
    const [p, q] = [make([1]), make([1])];
    const [a, b] = [new optim.SGD([p], { lr: 1, momentum: 0.5 }), new optim.SGD([q])];
    train(a, [p], 1, 1);
    b.loadStateDict(a.stateDict());
    const before = b.state.get(q)!.momentumBuffer.item();
    train(a, [p], 3, 2);
    expect(b.state.get(q)!.momentumBuffer.item()).toBe(before);
  });

  it("takes the step as a tensor, and state in another type", () => {
    const p = make([1, 2]);
    const optimizer = new optim.Adam([p]);
    const wide = (values: number[]) => torch.tensor(values, { dtype: torch.float64 });
    optimizer.loadStateDict({
      state: { 0: { step: torch.tensor(7), expAvg: wide([1, 2]), expAvgSq: wide([3, 4]) } },
      paramGroups: [{ ...optimizer.stateDict().paramGroups[0]!, params: [0] }],
    });
    const state = optimizer.state.get(p)!;
    expect(state.step).toBe(7);
    expect(state.expAvg.dtype).toBe(torch.float32);
    expect(state.expAvgSq.tolist()).toEqual([3, 4]);
  });

  it("keeps AdamW's decay decoupled even where Adam saved the state", () => {
    const [p, q] = [make([1]), make([1])];
    const adamw = new optim.AdamW([q]);
    adamw.loadStateDict(new optim.Adam([p], { lr: 0.5 }).stateDict());
    expect(adamw.paramGroups[0]).toMatchObject({ lr: 0.5, decoupledWeightDecay: true });
  });

  describe("changes nothing where something does not fit", () => {
    const p = make([1, 2]);
    const optimizer = new optim.Adam([p], { lr: 0.25 });
    p.grad = torch.ones(2);
    optimizer.step();
    const good = optimizer.stateDict();
    const group = good.paramGroups[0]!;
    const state = good.state[0]!;

    it.each([
      ["no dict", {}, "an object { state, paramGroups } is needed"],
      ["another number of groups", { ...good, paramGroups: [group, group] }, "2 groups were saved, there are 1"],
      [
        "another number of parameters",
        { ...good, paramGroups: [{ ...group, params: [0, 1] }] },
        "loadStateDict (Adam), group 0: 2 parameters were saved, there are 1",
      ],
      [
        "a setting of another type",
        { ...good, paramGroups: [{ ...group, lr: "fast" }] },
        "lr must be of type number, got string",
      ],
      [
        "a setting without meaning",
        { ...good, paramGroups: [{ ...group, lr: -1 }] },
        "lr must be a number of at least 0",
      ],
      ["a state of nobody", { ...good, state: { 1: state } }, "state 1: no group has this parameter"],
      ["a missing tensor", { ...good, state: { 0: { ...state, expAvg: undefined } } }, "state 0: expAvg is missing"],
      [
        "a tensor of another shape",
        { ...good, state: { 0: { ...state, expAvg: torch.ones(3) } } },
        "expAvg must have shape [2], got [3]",
      ],
      ["no number", { ...good, state: { 0: { ...state, step: torch.ones(2) } } }, "step is of the wrong kind"],
      ["no tensor", { ...good, state: { 0: { ...state, expAvg: 3 } } }, "expAvg is of the wrong kind"],
      [
        "another optimizer's state",
        { ...good, state: { 0: { momentumBuffer: torch.ones(2) } } },
        "unexpected momentumBuffer, a state has step, expAvg, expAvgSq, maxExpAvgSq",
      ],
    ])("%s", (_, dict, message) => {
      const before = [optimizer.state.get(p)!.expAvg.tolist(), { ...optimizer.paramGroups[0]! }];
      expect(() => optimizer.loadStateDict(dict as never)).toThrow(message);
      expect([optimizer.state.get(p)!.expAvg.tolist(), { ...optimizer.paramGroups[0]! }]).toEqual(before);
      expect(optimizer.state.get(p)!.step).toBe(1);
    });
  });
});
