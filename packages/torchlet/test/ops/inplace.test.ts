// In-place operations: the same values as their twins, nothing outside a view touched, and every refusal.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { numbers } from "../support/compare.js";
import { codeOf } from "../support/errors.js";

const f32 = { dtype: torch.float32 };
const CANARY = 99;

/** The operations with their out-of-place twins. */
const OPERATIONS: Record<
  string,
  [(x: torch.Tensor, y: torch.Tensor) => unknown, (x: torch.Tensor, y: torch.Tensor) => torch.Tensor]
> = {
  add_: [(x, y) => x.add_(y), (x, y) => x.add(y)],
  "add_ with alpha": [(x, y) => x.add_(y, { alpha: 3 }), (x, y) => x.add(y, { alpha: 3 })],
  "add_ of a number": [(x) => x.add_(2), (x) => x.add(2)],
  sub_: [(x, y) => x.sub_(y), (x, y) => x.sub(y)],
  "sub_ with alpha": [(x, y) => x.sub_(y, { alpha: -2 }), (x, y) => x.sub(y, { alpha: -2 })],
  mul_: [(x, y) => x.mul_(y), (x, y) => x.mul(y)],
  div_: [(x, y) => x.div_(y), (x, y) => x.div(y)],
  relu_: [(x) => x.relu_(), (x) => x.relu()],
  copy_: [(x, y) => x.copy_(y), (x, y) => y.expand(x.shape)],
  fill_: [(x) => x.fill_(-5), (x) => torch.fullLike(x, -5)],
  zero_: [(x) => x.zero_(), (x) => torch.zerosLike(x)],
};

/** Views of a tensor full of canaries; each says which of its 120 elements it shows. */
const VIEWS: Record<string, (x: torch.Tensor) => torch.Tensor> = {
  "all of it": (x) => x.reshape(120),
  "a row": (x) => x.select(0, 1),
  "a column": (x) => x.select(2, 1),
  "a block": (x) => x.narrow(1, 1, 3).narrow(2, 2, 3),
  "every other element": (x) => x.index(torch.slice(0, 4, 2), torch.slice(1, 5, 3), torch.slice(0, 6, 2)),
  transposed: (x) => x.permute(2, 0, 1).narrow(0, 1, 2),
  "a diagonal": (x) => x.diagonal({ offset: 1, dim1: 1, dim2: 2 }),
  "one element": (x) => x.select(0, 3).select(0, 4).select(0, 5),
  nothing: (x) => x.narrow(1, 2, 0),
};

describe.each(Object.keys(OPERATIONS))("%s", (operation) => {
  const [change, twin] = OPERATIONS[operation]!;

  it.each(Object.keys(VIEWS))("changes %s and nothing else", (view) => {
    const random = numbers(5);
    for (const dtype of [torch.float32, torch.float64, torch.int32]) {
      if (operation === "div_" && dtype === torch.int32) continue;
      const base = torch.full([4, 5, 6], CANARY, { dtype });
      const x = VIEWS[view]!(base);
      const values = torch
        .tensor(Float64Array.from({ length: x.numel() }, () => Math.floor(random() * 9) - 4))
        .to(dtype);
      x.copy_(values.reshape(x.shape));
      const others = [torch.full([], 2, { dtype }), values.reshape(x.shape).add(7)];
      if (x.ndim > 0 && x.shape[0]! > 0) others.push(torch.arange(1, x.shape.at(-1)! + 1, { dtype }));
      for (const y of others) {
        const want = twin(x.clone(), y).tolist();
        change(x, y);
        expect(x.tolist(), `${dtype}, other of shape [${y.shape}]`).toEqual(want);
      }
      const shown = torch.zeros(4, 5, 6);
      VIEWS[view]!(shown).fill_(1);
      const outside = base.index(shown.eq(0));
      expect(outside.numel()).toBe(120 - x.numel());
      expect(outside.eq(CANARY).all().item()).toBe(1);
    }
  });
});

describe("tails and alignment", () => {
  it("write 1 to 9 elements at any offset", () => {
    for (let offset = 0; offset < 5; offset++) {
      for (let count = 1; count <= 9; count++) {
        for (const change of [
          (x: torch.Tensor) => x.exp().add_(1),
          (x: torch.Tensor) => x.add_(1),
          (x: torch.Tensor) => x.mul_(x),
          (x: torch.Tensor) => x.uniform_(2, 3),
          (x: torch.Tensor) => x.normal_(),
        ]) {
          const base = torch.full([20], CANARY, f32);
          change(base.narrow(0, offset, count));
          const [before, , after] = base.split([offset, count, 20 - offset - count]);
          expect(before!.eq(CANARY).all().item()).toBe(1);
          expect(after!.eq(CANARY).all().item()).toBe(1);
        }
      }
    }
  });
});

describe("overlapping operands", () => {
  it("are read before they are written", () => {
    const x = torch.arange(9, f32).reshape(3, 3);
    x.add_(x.t());
    expect(x.tolist()).toEqual([
      [0, 4, 8],
      [4, 8, 12],
      [8, 12, 16],
    ]);
    const y = torch.arange(6, f32);
    y.narrow(0, 1, 5).copy_(y.narrow(0, 0, 5));
    expect(y.tolist()).toEqual([0, 0, 1, 2, 3, 4]);
    const z = torch.arange(4, f32);
    z.narrow(0, 0, 3).add_(z.narrow(0, 1, 3), { alpha: 2 });
    expect(z.tolist()).toEqual([2, 5, 8, 3]);
    const w = torch.arange(1, 4, f32);
    w.mul_(w.narrow(0, 2, 1));
    expect(w.tolist()).toEqual([3, 6, 9]);
  });
});

describe("refusals", () => {
  const matrix = () => torch.zeros(2, 3);
  const integers = () => torch.zeros(3, { dtype: torch.int32 });
  it.each<[string, () => unknown]>([
    ["in-place-shape", () => torch.zeros(3).add_(matrix())],
    ["in-place-shape", () => torch.zeros(3).add_(matrix(), { alpha: 2 })],
    ["in-place-shape", () => torch.zeros(3).sub_(matrix(), { alpha: 2 })],
    ["in-place-shape", () => torch.zeros(1).mul_(torch.zeros(3))],
    ["in-place-shape", () => torch.zeros(3).copy_(matrix())],
    ["broadcast", () => matrix().add_(torch.zeros(2))],
    ["broadcast", () => matrix().add_(torch.zeros(2), { alpha: 2 })],
    ["broadcast", () => matrix().copy_(torch.zeros(2))],
    ["in-place-cast", () => integers().add_(0.5)],
    ["in-place-cast", () => integers().add_(torch.zeros(3))],
    ["in-place-cast", () => integers().add_(0.5, { alpha: 2 })],
    ["in-place-cast", () => integers().add_(1, { alpha: 0.5 })],
    ["in-place-cast", () => integers().div_(2)],
    ["in-place-expanded", () => torch.zeros(3, 1).expand(3, 4).add_(1)],
    ["in-place-expanded", () => torch.zeros(1).expand(4).copy_(torch.zeros(4))],
    ["in-place-expanded", () => torch.zeros(1).expand(4).fill_(1)],
  ])("%s: %s", (code, body) => {
    expect(codeOf(body)).toBe(code);
  });

  it("keep the tensor as it was", () => {
    const x = torch.ones(3);
    for (const change of [() => x.add_(matrix()), () => x.copy_(matrix()), () => x.mul_(torch.zeros(2))]) {
      const { version } = x;
      expect(() => change()).toThrow();
      expect(x.tolist()).toEqual([1, 1, 1]);
      expect(x.version).toBe(version);
    }
  });
});
