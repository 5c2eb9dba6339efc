// What compiled functions return: any structure, views, arguments, parameters; results keep their values.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { agree, batch, network, type Wrap } from "./support.js";

const { noGrad } = torch;

/** Ten calls of a function of one batch without gradients; all results, read at the end, are compared. */
function inference(step: (x: torch.Tensor, y: torch.Tensor) => unknown) {
  return (wrap: Wrap) => {
    const compiled = wrap((x: torch.Tensor, y: torch.Tensor) => step(x, y));
    const collect = (value: unknown): torch.Tensor[] => {
      if (value instanceof torch.Tensor) return [value];
      return typeof value === "object" && value !== null ? Object.values(value).flatMap(collect) : [];
    };
    const results = noGrad(() => Array.from({ length: 10 }, (_, i) => compiled(...batch(i))));
    return results.flatMap(collect);
  };
}

describe("results", () => {
  it("of a network under noGrad", () => {
    torch.manualSeed(3);
    const net = network();
    expect(agree(inference((x) => net(x))).replayed).toBe(9);
  });

  it("in arrays, objects and both, beside plain values", () => {
    const step = torch.compile((x: torch.Tensor) => ({
      list: [x.add(1), [x.mul(2), x.sum()]],
      record: { a: x.neg(), n: 3, none: null, missing: undefined, text: "t" },
    }));
    for (let i = 0; i < 4; i++) {
      const [x] = batch(i, 2, 3);
      const { list, record } = step(x);
      const [two, sum] = list[1] as [torch.Tensor, torch.Tensor];
      expect((list[0] as torch.Tensor).tolist()).toEqual(x.add(1).tolist());
      expect(two.tolist()).toEqual(x.mul(2).tolist());
      expect(sum.item()).toBe(x.sum().item());
      expect(record.a.tolist()).toEqual(x.neg().tolist());
      expect({ ...record, a: 0 }).toEqual({ a: 0, n: 3, none: null, missing: undefined, text: "t" });
    }
    expect(step.report()).toMatchObject({ captured: 1, replayed: 3 });
  });

  it("that are the arguments themselves, or views of them", () => {
    const same = torch.compile((x: torch.Tensor, y: torch.Tensor) => [y, x]);
    const views = torch.compile((x: torch.Tensor) => [x.t(), x.narrow(0, 1, 2), x.reshape(-1)]);
    for (let i = 0; i < 4; i++) {
      const [x, y] = batch(i, 4, 3);
      expect(same(x, y)[0]).toBe(y);
      expect(same(x, y)[1]).toBe(x);
      const [t, rows, flat] = views(x) as [torch.Tensor, torch.Tensor, torch.Tensor];
      expect([t.tolist(), rows.tolist(), flat.tolist()]).toEqual([
        x.t().tolist(),
        x.narrow(0, 1, 2).tolist(),
        x.reshape(-1).tolist(),
      ]);
      x.fill_(i);
      expect(rows.sum().item()).toBe(6 * i);
    }
    expect(views.report().replayed).toBe(3);
  });

  it("that are views of slices of a larger tensor, at other offsets each time", () => {
    const { replayed } = agree((wrap) => {
      const data = torch.randn(40, 6);
      const step = wrap((x: torch.Tensor) => [x.narrow(1, 2, 3), x.narrow(0, 1, 2).mul(2)]);
      return Array.from({ length: 10 }, (_, i) => step(data.narrow(0, i * 4, 4))).flat();
    });
    expect(replayed).toBe(9);
  });

  it("that are parameters or views of parameters", () => {
    const net = network();
    const step = torch.compile((x: torch.Tensor) => [net(x), net.parameters()[0]!, net.parameters()[0]!.t()] as const);
    noGrad(() => {
      for (let i = 0; i < 4; i++) {
        const [y, w, t] = step(batch(i)[0]);
        expect(w).toBe(net.parameters()[0]);
        expect(t.storage).toBe(w.storage);
        expect(y.tolist()).toEqual(net(batch(i)[0]).tolist());
      }
    });
    expect(step.report().replayed).toBe(3);
  });

  it("two in one storage, and one twice", () => {
    const program = inference((x) => {
      const all = x.mul(3);
      return [all.narrow(0, 0, 8), all.narrow(0, 8, 8), all, all];
    });
    expect(agree(program).replayed).toBe(9);
    const step = torch.compile((x: torch.Tensor) => {
      const all = x.add(1);
      return [all, all.select(0, 0)] as const;
    });
    for (let i = 0; i < 3; i++) {
      const [all, row] = step(batch(i)[0]);
      expect(row.storage).toBe(all.storage);
      all.fill_(7);
      expect(row.sum().item()).toBe(84);
    }
  });

  it("held over many calls keep their values", () => {
    const step = torch.compile((x: torch.Tensor) => x.square().sum(1));
    const held: torch.Tensor[] = [];
    const copies: ArrayLike<number>[] = [];
    for (let i = 0; i < 500; i++) {
      const [x] = batch(i % 7, 8 + 0 * i, 12);
      const result = step(x);
      if (i % 11 !== 0) continue;
      held.push(result);
      copies.push(result.toTypedArray());
    }
    held.forEach((t, i) => {
      expect(t.toTypedArray()).toEqual(copies[i]);
    });
    expect(step.report()).toMatchObject({ captured: 1, replayed: 499 });
  });

  it("may be changed in place without harm to the next call", () => {
    const { replayed } = agree((wrap) => {
      const step = wrap((x: torch.Tensor) => x.exp());
      return Array.from({ length: 10 }, (_, i) => step(batch(i)[0]).mul_(i).add_(1));
    });
    expect(replayed).toBe(9);
  });

  it("without tensors, and without anything", () => {
    const seen = torch.zeros(3);
    const step = torch.compile((x: torch.Tensor) => {
      seen.add_(x);
      return 5;
    });
    const nothing = torch.compile(() => undefined);
    for (let i = 0; i < 4; i++) {
      expect(step(torch.ones(3))).toBe(5);
      expect(nothing()).toBeUndefined();
    }
    expect(seen.tolist()).toEqual([4, 4, 4]);
  });

  it("that require gradients of their own", () => {
    const step = torch.compile((x: torch.Tensor) => x.detach().mul(2).requiresGrad_());
    for (let i = 0; i < 3; i++) {
      const leaf = step(torch.full([2], i, { dtype: torch.float32 }));
      expect([leaf.requiresGrad, leaf.isLeaf]).toEqual([true, true]);
      leaf.square().sum().backward();
      expect(leaf.grad!.tolist()).toEqual([4 * i, 4 * i]);
    }
  });

  it("of operations whose graph ends in a sum are not taken for waiting after backward", () => {
    const { replayed } = agree((wrap) => {
      const w = torch.randn([12, 1], { requiresGrad: true });
      const b = torch.zeros([1], { requiresGrad: true });
      const step = wrap((x: torch.Tensor) => {
        w.grad = null;
        b.grad = null;
        const y = x.matmul(w).add(b);
        y.sum().backward();
        return y;
      });
      return [...Array.from({ length: 10 }, (_, i) => step(batch(i)[0]).detach()), w.grad!, b.grad!];
    });
    expect(replayed).toBe(9);
  });
});

describe("changes in place", () => {
  it("of arguments and of tensors from outside count as changes", () => {
    const outside = torch.zeros(4);
    const step = torch.compile((x: torch.Tensor) => {
      x.mul_(2);
      outside.add_(x);
      x.add_(1);
    });
    const weight = torch.ones([4], { requiresGrad: true });
    for (let i = 0; i < 4; i++) {
      const x = torch.full([4], i, { dtype: torch.float32 });
      const [before, versions] = [x.version, outside.version];
      const y = weight.mul(x);
      step(x);
      expect(x.tolist()).toEqual(new Array(4).fill(2 * i + 1));
      expect([x.version - before, outside.version - versions]).toEqual([2, 1]);
      // The graph notices that what it saved has changed.
      expect(() => y.sum().backward()).toThrowError(expect.objectContaining({ code: "saved-tensor-changed" }));
    }
    expect(outside.tolist()).toEqual([12, 12, 12, 12]);
    expect(step.report().replayed).toBe(3);
  });
});
