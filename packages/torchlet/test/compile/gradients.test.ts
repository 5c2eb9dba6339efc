// Gradients around compiled steps: cleared inside or outside, accumulated, read and held, clipped.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { agree, batch, network, type Program, runCompiled, stateOf, type Wrap } from "./support.js";

type Net = torch.nn.Sequential;
const { mseLoss } = torch.nn.functional;

/** Twelve steps of forward and backward, with something before and after each; gradients at the end of each are compared. */
function steps(
  body: (net: Net, optimizer: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor) => unknown,
  before: (net: Net, optimizer: torch.optim.Optimizer, i: number) => void = () => {},
  after: (net: Net, optimizer: torch.optim.Optimizer, i: number) => void = () => {},
): Program {
  return (wrap) => {
    const net = network();
    const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.05, momentum: 0.9 });
    const step = wrap((x: torch.Tensor, y: torch.Tensor) => body(net, optimizer, x, y) as torch.Tensor);
    const seen: torch.Tensor[] = [];
    for (let i = 0; i < 12; i++) {
      before(net, optimizer, i);
      const l = step(...batch(i));
      if (l instanceof torch.Tensor) seen.push(l);
      seen.push(...net.parameters().flatMap((p) => (p.gradient === null ? [] : [p.gradient.clone()])));
      after(net, optimizer, i);
    }
    return [...seen, ...stateOf(net, optimizer)];
  };
}

const backward = (net: Net, x: torch.Tensor, y: torch.Tensor) => {
  const l = mseLoss(net(x), y);
  l.backward();
  return l;
};

describe("gradients", () => {
  it("cleared inside the step, first or last", () => {
    const first = agree(
      steps((net, optimizer, x, y) => {
        optimizer.zeroGrad();
        const l = backward(net, x, y);
        optimizer.step();
        return l;
      }),
    );
    const last = agree(
      steps((net, optimizer, x, y) => {
        const l = backward(net, x, y);
        optimizer.step();
        optimizer.zeroGrad();
        return l;
      }),
    );
    const module = agree(
      steps((net, optimizer, x, y) => {
        net.zeroGrad();
        const l = backward(net, x, y);
        optimizer.step();
        return l;
      }),
    );
    for (const { replayed } of [first, last, module]) expect(replayed).toBe(10);
  });

  it("cleared outside the step", () => {
    const { replayed } = agree(
      steps(
        (net, optimizer, x, y) => {
          const l = backward(net, x, y);
          optimizer.step();
          return l;
        },
        (_, optimizer) => optimizer.zeroGrad(),
      ),
    );
    expect(replayed).toBe(10);
  });

  it("with backward alone compiled, the optimizer outside", () => {
    const { replayed } = agree(
      steps(
        (net, _, x, y) => backward(net, x, y),
        (_, optimizer) => optimizer.zeroGrad(),
        (_, optimizer) => optimizer.step(),
      ),
    );
    expect(replayed).toBe(11);
  });

  it.each([
    ["optimizer.zeroGrad", (_: Net, o: torch.optim.Optimizer) => o.zeroGrad({ setToNone: false })],
    ["module.zeroGrad", (net: Net) => net.zeroGrad({ setToNone: false })],
  ])("set to 0 by %s, inside and outside", (_, clear) => {
    const inside = agree(
      steps((net, optimizer, x, y) => {
        clear(net, optimizer);
        const l = backward(net, x, y);
        optimizer.step();
        return l;
      }),
    );
    const outside = agree(
      steps(
        (net, optimizer, x, y) => {
          const l = backward(net, x, y);
          optimizer.step();
          return l;
        },
        (net, optimizer) => clear(net, optimizer),
      ),
    );
    for (const { replayed } of [inside, outside]) expect(replayed).toBeGreaterThanOrEqual(9);
  });

  it("accumulated over several calls, cleared outside now and then", () => {
    const calls = agree(
      steps(
        (net, _, x, y) => backward(net, x, y),
        () => {},
        (_, optimizer, i) => {
          if (i % 3 < 2) return;
          optimizer.step();
          optimizer.zeroGrad();
        },
      ),
    );
    // One plan for the first of each three, one for the others.
    expect(calls).toMatchObject({ plans: 2, captured: 2, replayed: 10 });
  });

  it("accumulated and never cleared", () => {
    const calls = agree(steps((net, _, x, y) => backward(net, x, y)));
    expect(calls).toMatchObject({ captured: 2, replayed: 10 });
  });

  it("accumulated over micro-batches inside one call", () => {
    const { replayed } = agree(
      steps((net, optimizer, x, y) => {
        optimizer.zeroGrad();
        for (let i = 0; i < 4; i++)
          mseLoss(net(x.narrow(0, 4 * i, 4)), y.narrow(0, 4 * i, 4))
            .div(4)
            .backward();
        optimizer.step();
      }),
    );
    expect(replayed).toBe(10);
  });

  it("read by the user and held keep their values", () => {
    const program = (wrap: Wrap) => {
      const net = network();
      const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.05 });
      const step = wrap((x: torch.Tensor, y: torch.Tensor) => {
        optimizer.zeroGrad();
        backward(net, x, y);
        optimizer.step();
      });
      const held: torch.Tensor[] = [];
      const copies: Float32Array[] = [];
      for (let i = 0; i < 10; i++) {
        step(...batch(i));
        if (i % 3 === 1) continue;
        const { grad } = net.parameters()[i % 4]!;
        held.push(grad!);
        copies.push(grad!.toTypedArray() as Float32Array);
      }
      held.forEach((t, i) => {
        expect(t.toTypedArray()).toEqual(copies[i]);
      });
      return held;
    };
    expect(agree(program).replayed).toBe(9);
  });

  it("changed by the user between calls", () => {
    agree(
      steps(
        (net, optimizer, x, y) => {
          const l = backward(net, x, y);
          optimizer.step();
          return l;
        },
        (net, _, i) => {
          const [w, b] = net.parameters();
          w!.grad = i % 2 === 0 ? null : torch.ones(w!.shape);
          b!.grad = null;
          if (i % 3 === 0) net.zeroGrad();
        },
      ),
    );
    const { replayed } = agree(
      steps(
        (net, optimizer, x, y) => {
          optimizer.zeroGrad();
          const l = backward(net, x, y);
          optimizer.step();
          return l;
        },
        (net, _, i) => {
          for (const p of net.parameters())
            p.grad = i % 2 === 0 ? torch.full(p.shape, 7, { dtype: torch.float32 }) : null;
        },
        (net) => {
          torch.noGrad(() => {
            for (const p of net.parameters()) p.grad!.mul_(3);
          });
        },
      ),
    );
    expect(replayed).toBe(10);
  });

  it("of two plans and of uncompiled steps in turn", () => {
    const { replayed } = agree((wrap) => {
      const net = network();
      const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.05 });
      const plain = (x: torch.Tensor, y: torch.Tensor) => {
        optimizer.zeroGrad();
        const l = backward(net, x, y);
        optimizer.step();
        return l;
      };
      const step = wrap(plain);
      const results: torch.Tensor[] = [];
      const held: torch.Tensor[] = [];
      for (let i = 0; i < 18; i++) {
        results.push((i % 6 === 5 ? plain : step)(...batch(i, i % 2 === 0 ? 16 : 7)));
        if (i % 4 === 0) held.push(net.parameters()[0]!.grad!);
      }
      return [...results, ...held, ...stateOf(net)];
    });
    expect(replayed).toBe(13);
  });

  it("passed to a compiled function", () => {
    const { replayed } = agree((wrap) => {
      const net = network();
      const step = wrap((x: torch.Tensor, y: torch.Tensor) => {
        net.zeroGrad();
        return backward(net, x, y);
      });
      const size = wrap((g: torch.Tensor) => g.square().sum());
      const sizes: torch.Tensor[] = [];
      for (let i = 0; i < 10; i++) {
        step(...batch(i));
        sizes.push(size(net.parameters()[0]!.grad!));
      }
      return sizes;
    });
    expect(replayed).toBeGreaterThanOrEqual(17);
  });

  it("clipped by norm and by value", () => {
    const norms = agree(
      steps((net, optimizer, x, y) => {
        optimizer.zeroGrad();
        backward(net, x, y);
        const norm = torch.nn.utils.clipGradNorm_(net.parameters(), 0.5);
        optimizer.step();
        return norm;
      }),
    );
    const largest = agree(
      steps((net, optimizer, x, y) => {
        optimizer.zeroGrad();
        backward(net, x, y);
        const norm = torch.nn.utils.clipGradNorm_(net.parameters(), 0.1, Number.POSITIVE_INFINITY);
        optimizer.step();
        return norm;
      }),
    );
    const values = agree(
      steps((net, optimizer, x, y) => {
        optimizer.zeroGrad();
        const l = backward(net, x, y);
        torch.nn.utils.clipGradValue_(net.parameters(), 0.05);
        optimizer.step();
        return l;
      }),
    );
    for (const { replayed } of [norms, largest, values]) expect(replayed).toBe(10);
  });

  it("by autograd.grad, and of gradients", () => {
    const { replayed } = agree((wrap) => {
      const w = torch.randn([5], { requiresGrad: true });
      const step = wrap((x: torch.Tensor) => {
        const l = w.mul(x).exp().sum();
        const [g] = torch.autograd.grad(l, [w], { createGraph: true });
        const [h] = torch.autograd.grad(g!.square().sum(), [w]);
        return [g!.detach(), h!];
      });
      return Array.from({ length: 10 }, (_, i) => step(batch(i, 1, 5)[0].reshape(5))).flat();
    });
    expect(replayed).toBe(9);
  });

  it("of an argument", () => {
    const { replayed } = agree((wrap) => {
      const step = wrap((x: torch.Tensor) => {
        const l = x.square().mul(x).sum();
        l.backward();
        return l;
      });
      const inputs = Array.from({ length: 6 }, (_, i) => batch(i)[0].requiresGrad_());
      const losses = inputs.map((x) => step(x));
      // Once more: now they have gradients, to which others are added.
      for (const x of inputs) losses.push(step(x));
      return [...losses, ...inputs.map((x) => x.grad!)];
    });
    expect(replayed).toBeGreaterThanOrEqual(5);
  });

  it("of leaves made inside the step", () => {
    const calls = agree((wrap) => {
      const net = network();
      const step = wrap((x: torch.Tensor, y: torch.Tensor) => {
        net.zeroGrad();
        const shift = torch.zeros(x.shape, { requiresGrad: true });
        mseLoss(net(x.add(shift)), y).backward();
        net.zeroGrad();
        const l = mseLoss(net(x.add(shift.grad!.sign().mul(0.1))), y);
        l.backward();
        return l;
      });
      return [...Array.from({ length: 10 }, (_, i) => step(...batch(i))), ...net.parameters().map((p) => p.grad!)];
    });
    expect(calls).toMatchObject({ captured: 1, replayed: 9 });
  });

  it("of leaves that the step makes on an argument's memory", () => {
    const { replayed } = agree((wrap) => {
      const step = wrap((x: torch.Tensor) => {
        const leaf = x.detach().requiresGrad_();
        leaf.square().sum().backward();
        return leaf.grad!.clone();
      });
      return Array.from({ length: 10 }, (_, i) => step(batch(i)[0]));
    });
    expect(replayed).toBe(9);
  });
});

describe("parameters", () => {
  const train: Parameters<typeof steps>[0] = (net, optimizer, x, y) => {
    optimizer.zeroGrad();
    const l = backward(net, x, y);
    optimizer.step();
    return l;
  };

  it("frozen and released again between calls", () => {
    const { replayed } = agree(steps(train, (net, _, i) => net[0]!.requiresGrad_(i < 4 || i >= 8)));
    expect(replayed).toBeGreaterThanOrEqual(8);
  });

  it("without a module, frozen and released", () => {
    const { replayed } = agree((wrap) => {
      const w = torch.randn([12, 1], { requiresGrad: true });
      const b = torch.zeros([1], { requiresGrad: true });
      const step = wrap((x: torch.Tensor, y: torch.Tensor) => {
        w.grad = null;
        b.grad = null;
        const l = mseLoss(x.matmul(w).add(b), y);
        l.backward();
        torch.noGrad(() => {
          for (const p of [w, b]) if (p.grad !== null) p.sub_(p.grad.mul(0.1));
        });
        return l;
      });
      const losses: torch.Tensor[] = [];
      for (let i = 0; i < 15; i++) {
        b.requiresGrad_(i >= 5 && i < 10);
        losses.push(step(...batch(i)));
      }
      return [...losses, w.detach(), b.detach()];
    });
    expect(replayed).toBeGreaterThanOrEqual(10);
  });

  it("replaced by others", () => {
    const { replayed } = agree(
      steps(
        (net, _, x, y) => {
          net.zeroGrad();
          return backward(net, x, y);
        },
        (net, _, i) => {
          if (i === 6) net[2] = new torch.nn.Linear(20, 1);
          if (i === 9) Object.assign(net[0]!, { bias: new torch.nn.Parameter(torch.ones(20)) });
        },
      ),
    );
    expect(replayed).toBe(9);
  });

  it("loaded from a state dict", () => {
    const program = (wrap: Wrap) => {
      const other = network();
      return steps(train, (net, _, i) => {
        if (i === 6) net.loadStateDict(other.stateDict());
      })(wrap);
    };
    expect(agree(program).replayed).toBe(10);
  });

  it("watched by a hook from some call on", () => {
    let seen = 0;
    const program = (wrap: Wrap) => {
      const net = network();
      const step = wrap(
        (x: torch.Tensor, y: torch.Tensor) => {
          net.zeroGrad();
          return backward(net, x, y);
        },
        { fullgraph: false },
      );
      const losses: torch.Tensor[] = [];
      for (let i = 0; i < 10; i++) {
        if (i === 5) {
          net.parameters()[0]!.registerHook((g) => {
            seen++;
            return g.mul(2);
          });
        }
        losses.push(step(...batch(i)));
      }
      return [...losses, ...net.parameters().map((p) => p.grad!)];
    };
    agree(program);
    expect(seen).toBe(10);
  });
});

describe("a graph from outside the step", () => {
  it("is not replayed with the values of the first call", () => {
    const program = (fullgraph: boolean) => (wrap: Wrap) => {
      const w = torch.randn([12, 3], { requiresGrad: true });
      const v = torch.randn([3, 1], { requiresGrad: true });
      const head = wrap(
        (h: torch.Tensor, y: torch.Tensor) => {
          const l = mseLoss(h.matmul(v), y);
          l.backward();
          return l;
        },
        { fullgraph },
      );
      const losses: torch.Tensor[] = [];
      for (let i = 0; i < 6; i++) {
        const [x, y] = batch(i);
        w.grad = null;
        v.grad = null;
        losses.push(head(x.matmul(w).tanh(), y));
      }
      return [...losses, w.grad!, v.grad!];
    };
    expect(agree(program(false)).replayed).toBe(0);
    expect(() => runCompiled(program(true))).toThrowError(expect.objectContaining({ code: "not-capturable" }));
  });

  it("also where it comes by a closure", () => {
    const program = (wrap: Wrap) => {
      const w = torch.randn([12, 3], { requiresGrad: true });
      let h: torch.Tensor;
      const head = wrap(
        (y: torch.Tensor) => {
          const l = mseLoss(h.sum(1, { keepdim: true }), y);
          l.backward();
          return l;
        },
        { fullgraph: false },
      );
      const losses: torch.Tensor[] = [];
      for (let i = 0; i < 6; i++) {
        const [x, y] = batch(i);
        w.grad = null;
        h = x.matmul(w).tanh();
        losses.push(head(y));
      }
      return [...losses, w.grad!];
    };
    expect(agree(program).replayed).toBe(0);
  });
});
