// Modules: callable, registration by attribute, order of names, modes, state, printed form.
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf, errorOf } from "../support/errors.js";

const { nn } = torch;

class Net extends nn.Module {
  hidden = new nn.Linear(4, 3);
  scale = new nn.Parameter(torch.ones(1));
  block = new nn.Sequential(new nn.ReLU(), new nn.Linear(3, 2, { bias: false }));
  note = "not a module";
  constant = torch.ones(1);

  override forward(x: torch.Tensor): torch.Tensor {
    return this.block(this.hidden(x)).mul(this.scale);
  }
}

describe("a module", () => {
  it("is a function of its class", () => {
    const net = new Net();
    expect(net).toBeInstanceOf(Net);
    expect(net).toBeInstanceOf(nn.Module);
    expect(typeof net).toBe("function");
    expect(net(torch.ones(5, 4)).shape).toEqual([5, 2]);
    expect(net.forward(torch.ones(4)).shape).toEqual([2]);
    expect(net.note).toBe("not a module");
  });

  it("keeps attributes that functions have of their own", () => {
    class Named extends nn.Module {
      override name = "mine";
      override length = new nn.Linear(1, 1);
      override prototype = new nn.Parameter(torch.zeros(1));
      override forward(x: torch.Tensor): torch.Tensor {
        return this.length(x);
      }
    }
    const net = new Named();
    expect(net.name).toBe("mine");
    expect(net.length).toBeInstanceOf(nn.Linear);
    expect(Object.keys(net.stateDict())).toEqual(["prototype", "length.weight", "length.bias"]);
    net.name = "changed";
    expect(net.name).toBe("changed");
    expect(new Net()).not.toHaveProperty("name");
    expect(new Net()).not.toHaveProperty("length");
  });

  it("can be bound and called like other functions", () => {
    const net = new nn.Linear(2, 1);
    const x = torch.ones(1, 2);
    expect(net.call(null, x).tolist()).toEqual(net(x).tolist());
    expect(net.bind(null)(x).tolist()).toEqual(net(x).tolist());
  });

  it("without forward says so", () => {
    class Empty extends nn.Module {}
    const error = errorOf(() => new Empty()(torch.ones(1)));
    expect(error.code).toBe("no-forward");
    expect(error.message).toContain("Empty");
  });

  it("takes several inputs", () => {
    class Sum extends nn.Module {
      override forward(a: torch.Tensor, b: torch.Tensor): torch.Tensor {
        return a.add(b);
      }
    }
    expect(new Sum()(torch.ones(2), torch.ones(2)).tolist()).toEqual([2, 2]);
  });
});

describe("registration", () => {
  it("names parameters of a module before those of its children, in order of assignment", () => {
    const names = Array.from(new Net().namedParameters(), ([name]) => name);
    expect(names).toEqual(["scale", "hidden.weight", "hidden.bias", "block.1.weight"]);
    expect(new Net().parameters().map((p) => p.shape)).toEqual([[1], [3, 4], [3], [2, 3]]);
    expect(new Net().parameters(false).length).toBe(1);
    expect(Array.from(new Net().namedModules(), ([name]) => name)).toEqual([
      "",
      "hidden",
      "block",
      "block.0",
      "block.1",
    ]);
    expect(Array.from(new Net().namedChildren(), ([name]) => name)).toEqual(["hidden", "block"]);
    expect(Array.from(new Net().namedParameters("net"), ([name]) => name)[1]).toBe("net.hidden.weight");
  });

  it("follows assignments, replacements and removals", () => {
    const net = new Net() as Net & { extra?: torch.nn.Module };
    net.extra = new nn.Linear(1, 1);
    net.hidden = new nn.Linear(4, 3, { bias: false });
    expect(Object.keys(net.stateDict())).toEqual([
      "scale",
      "hidden.weight",
      "block.1.weight",
      "extra.weight",
      "extra.bias",
    ]);
    delete net.extra;
    expect(net.children().length).toBe(2);
  });

  it("counts what is shared once, but keeps all its names in the state", () => {
    const shared = new nn.Linear(2, 2);
    const net = new nn.Sequential(shared, new nn.ReLU(), shared);
    expect(net.parameters().length).toBe(2);
    expect(Array.from(net.namedParameters(), ([name]) => name)).toEqual(["0.weight", "0.bias"]);
    expect(net.children().length).toBe(2);
    expect(net.length).toBe(3);
    // As PyTorch's state_dict of the same network.
    expect(Object.keys(net.stateDict())).toEqual(["0.weight", "0.bias", "2.weight", "2.bias"]);
    const calls: string[] = [];
    net.apply((m) => calls.push(m.constructor.name));
    expect(calls).toEqual(["Linear", "ReLU", "Sequential"]);
    const x = torch.randn(1, 2);
    expect(net(x).tolist()).toEqual(shared(shared(x).relu()).tolist());
  });

  it("keeps buffers apart from parameters", () => {
    class Counter extends nn.Module {
      declare count: torch.Tensor;
      constructor() {
        super();
        this.registerBuffer("count", torch.zeros(1));
      }
    }
    const net = new nn.Sequential(new Counter());
    expect(net.parameters()).toEqual([]);
    expect(Array.from(net.namedBuffers(), ([name]) => name)).toEqual(["0.count"]);
    expect(Object.keys(net.stateDict())).toEqual(["0.count"]);
  });
});

describe("walking", () => {
  it("applies to children before their parents and returns the module", () => {
    const calls: string[] = [];
    const net = new Net();
    expect(net.apply((m) => calls.push(m.constructor.name))).toBe(net);
    expect(calls).toEqual(["Linear", "ReLU", "Linear", "Sequential", "Net"]);
  });

  it("initializes as the book does", () => {
    torch.manualSeed(0);
    const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(4, 3), new nn.ReLU(), new nn.Linear(3, 2));
    net.apply((m) => {
      if (m instanceof nn.Linear) nn.init.normal_(m.weight, 0, 0.01);
    });
    expect(net[1].weight.abs().max().item()).toBeLessThan(0.06);
    expect(net[1].bias!.abs().max().item()).toBeGreaterThan(0.06);
  });

  it("switches modes all the way down", () => {
    const net = new nn.Sequential(new nn.Sequential(new nn.Dropout(0.5)), new nn.Dropout(0.5));
    expect(net.eval()).toBe(net);
    expect(net.modules().map((m) => m.training)).toEqual([false, false, false, false]);
    const x = torch.ones(4);
    expect(net(x).tolist()).toEqual([1, 1, 1, 1]);
    net.train();
    expect(net[0][0].training).toBe(true);
    net.train(false);
    expect(net[1].training).toBe(false);
  });

  it("freezes and clears gradients", () => {
    const net = new Net();
    net(torch.ones(4)).sum().backward();
    net.zeroGrad({ setToNone: false });
    expect(net.hidden.weight.grad!.abs().sum().item()).toBe(0);
    net.zeroGrad();
    expect(net.parameters().every((p) => p.grad === null)).toBe(true);
    net.requiresGrad_(false);
    expect(net(torch.ones(4)).requiresGrad).toBe(false);
  });
});

describe("state", () => {
  it("shares memory when it is read and is copied when it is loaded", () => {
    const a = new Net();
    const b = new Net();
    const state = a.stateDict();
    expect(state["hidden.weight"]!.requiresGrad).toBe(false);
    torch.noGrad(() => a.scale.fill_(7));
    expect(state["scale"]!.item()).toBe(7);
    const before = b.hidden.weight;
    expect(b.loadStateDict(state)).toEqual({ missingKeys: [], unexpectedKeys: [] });
    expect(b.hidden.weight).toBe(before);
    const x = torch.randn(3, 4);
    expect(b(x).tolist()).toEqual(a(x).tolist());
    torch.noGrad(() => a.scale.fill_(0));
    expect(b.scale.item()).toBe(7);
  });

  it("converts types and takes a Map", () => {
    const layer = new nn.Linear(1, 1);
    layer.loadStateDict(
      new Map([
        ["weight", torch.tensor([[2]])],
        ["bias", torch.tensor([0.5], { dtype: torch.float64 })],
      ]),
    );
    expect(layer.weight.dtype).toBe(torch.float32);
    expect(layer(torch.ones(1)).item()).toBe(2.5);
  });

  it("refuses what does not fit and changes nothing", () => {
    const net = new nn.Sequential(new nn.Linear(2, 2), new nn.Linear(2, 1));
    const good = () => Object.fromEntries(Object.entries(net.stateDict()).map(([k, v]) => [k, torch.zerosLike(v)]));
    const before = net.parameters().map((p) => p.tolist());
    const wrong: [Record<string, torch.Tensor>, RegExp][] = [
      [{ ...good(), "1.bias": torch.zeros(2) }, /1\.bias \[2\] -> \[1\]/],
      [{ ...good(), "2.weight": torch.zeros(1) }, /unexpected: 2\.weight/],
      [{ "0.weight": torch.zeros(2, 2) }, /missing: 0\.bias, 1\.weight, 1\.bias/],
      [{}, /missing: 0\.weight/],
    ];
    for (const [state, text] of wrong) {
      const error = errorOf(() => net.loadStateDict(state));
      expect(error.code).toBe("state-dict");
      expect(error.message).toMatch(text);
      expect(net.parameters().map((p) => p.tolist())).toEqual(before);
    }
    // A shape that differs is refused even where names may be missing.
    expect(codeOf(() => net.loadStateDict({ "0.weight": torch.zeros(3, 2) }, { strict: false }))).toBe("state-dict");
    const result = net.loadStateDict({ "0.bias": torch.ones(2), other: torch.ones(1) }, { strict: false });
    expect(result).toEqual({ missingKeys: ["0.weight", "1.weight", "1.bias"], unexpectedKeys: ["other"] });
    expect(net[0].bias!.tolist()).toEqual([1, 1]);
  });
});

describe("the printed form", () => {
  it("is PyTorch's", () => {
    const net = new nn.Sequential(
      new nn.Flatten(),
      new nn.Linear(784, 256),
      new nn.ReLU(),
      new nn.Dropout(0.2),
      new nn.Linear(256, 10, { bias: false }),
      new nn.Identity(),
      new nn.Sigmoid(),
      new nn.Tanh(),
      new nn.ReLU({ inplace: true }),
      new nn.MSELoss(),
      new nn.CrossEntropyLoss(),
    );
    const text = `Sequential(
  (0): Flatten(start_dim=1, end_dim=-1)
  (1): Linear(in_features=784, out_features=256, bias=True)
  (2): ReLU()
  (3): Dropout(p=0.2, inplace=False)
  (4): Linear(in_features=256, out_features=10, bias=False)
  (5): Identity()
  (6): Sigmoid()
  (7): Tanh()
  (8): ReLU(inplace=True)
  (9): MSELoss()
  (10): CrossEntropyLoss()
)`;
    expect(String(net)).toBe(text);
    expect(inspect(net)).toBe(text);
    expect(String(new nn.Sequential())).toBe("Sequential()");
  });

  it("nests, and shows what a module says about itself", () => {
    class Inner extends nn.Module {
      a = new nn.Linear(2, 3);
      b = new nn.Sequential(new nn.ReLU(), new nn.Sequential(new nn.Linear(3, 1)));
      override extraRepr(): string {
        return "x=1";
      }
    }
    expect(String(new Inner())).toBe(`Inner(
  x=1
  (a): Linear(in_features=2, out_features=3, bias=True)
  (b): Sequential(
    (0): ReLU()
    (1): Sequential(
      (0): Linear(in_features=3, out_features=1, bias=True)
    )
  )
)`);
    class Lines extends nn.Module {
      override extraRepr(): string {
        return "one\ntwo";
      }
    }
    expect(String(new Lines())).toBe("Lines(\n  one\n  two\n)");
  });
});

describe("errors", () => {
  afterEach(() => torch.setLocale(null));

  it("say which layer complains, in both languages", () => {
    const net = new nn.Sequential(new nn.Linear(784, 128), new nn.ReLU(), new nn.Linear(128, 10));
    torch.setLocale("en");
    const error = errorOf(() => net(torch.zeros(2, 1, 28, 28)));
    expect(error).toBeInstanceOf(torch.ShapeError);
    expect(error.code).toBe("linear-features");
    expect(error.expected).toBe(784);
    expect(error.received).toEqual([2, 1, 28, 28]);
    expect(error.message).toBe(
      "net.0 (Linear 784 -> 128): the last dimension must be 784, got [2, 1, 28, 28]; is an nn.Flatten or a layer missing?",
    );
    torch.setLocale("zh");
    const chinese = errorOf(() => net(torch.zeros(2, 1, 28, 28)));
    expect(chinese.message).toBe(
      "net.0 (Linear 784 -> 128): 最后一维必须是 784，得到的形状为 [2, 1, 28, 28]; 是否缺少 nn.Flatten 或某一层？",
    );
    expect(chinese.toJSON()["code"]).toBe("linear-features");
  });
});
