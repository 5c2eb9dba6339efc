// Compiled training steps with every elementwise optimizer: the same bits as uncompiled.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { agree, batch, network, stateOf } from "./support.js";
import { OPTIMIZERS, training } from "./training.js";

describe("a compiled training step", () => {
  it.each(OPTIMIZERS)("with %s", (_, make) => {
    const { replayed, eager } = agree(training(make));
    expect(replayed).toBeGreaterThanOrEqual(10);
    expect(eager).toBe(0);
  });

  it("in float64", () => {
    const { replayed } = agree((wrap) => {
      const net = new torch.nn.Linear(12, 1, { dtype: torch.float64 });
      const optimizer = new torch.optim.Adam(net.parameters(), { lr: 0.01 });
      const step = wrap((x: torch.Tensor, y: torch.Tensor) => {
        optimizer.zeroGrad();
        const l = net(x).sub(y).square().mean();
        l.backward();
        optimizer.step();
        return l;
      });
      const losses = Array.from({ length: 12 }, (_, i) => step(...batch(i, 16, 12, torch.float64)));
      return [...losses, ...stateOf(net, optimizer)];
    });
    expect(replayed).toBe(10);
  });
});

describe("settings changed between calls", () => {
  /** Trains with something done to the optimizer before each step. */
  const disturbed =
    (make: (p: torch.nn.Parameter[]) => torch.optim.Optimizer, change: (o: torch.optim.Optimizer, i: number) => void) =>
    (wrap: Parameters<Parameters<typeof agree>[0]>[0]) => {
      const net = network();
      const optimizer = make(net.parameters());
      const step = wrap((x: torch.Tensor, y: torch.Tensor) => {
        optimizer.zeroGrad();
        const l = torch.nn.functional.mseLoss(net(x), y);
        l.backward();
        optimizer.step();
        return l;
      });
      const losses = Array.from({ length: 14 }, (_, i) => {
        change(optimizer, i);
        return step(...batch(i));
      });
      return [...losses, ...stateOf(net, optimizer)];
    };
  const sgd = (p: torch.nn.Parameter[]) => new torch.optim.SGD(p, { lr: 0.05, momentum: 0.9 });
  const adam = (p: torch.nn.Parameter[]) => new torch.optim.Adam(p, { lr: 0.01 });
  const settings = (o: torch.optim.Optimizer) => o.paramGroups[0] as unknown as Record<string, unknown>;

  it("a learning rate set by hand needs no other plan", () => {
    const calls = agree(disturbed(sgd, (o, i) => Object.assign(settings(o), { lr: 0.1 / (i + 1) })));
    expect(calls).toMatchObject({ captured: 2, replayed: 12 });
  });

  it("a learning rate of 0 and back", () => {
    const { replayed } = agree(disturbed(adam, (o, i) => Object.assign(settings(o), { lr: i % 5 === 4 ? 0 : 0.01 })));
    expect(replayed).toBeGreaterThan(5);
  });

  it("weight decay, betas, momentum, amsgrad, maximize", () => {
    agree(disturbed(adam, (o, i) => Object.assign(settings(o), { weightDecay: i < 7 ? 0 : 0.1 })));
    agree(disturbed(adam, (o, i) => Object.assign(settings(o), { betas: [0.9 - i / 100, 0.99] })));
    agree(disturbed(sgd, (o, i) => Object.assign(settings(o), { momentum: i < 7 ? 0.9 : 0 })));
    agree(disturbed(sgd, (o, i) => Object.assign(settings(o), { nesterov: i >= 7 })));
    agree(disturbed(sgd, (o, i) => Object.assign(settings(o), { dampening: i < 7 ? 0.1 : 0.5 })));
    agree(disturbed(adam, (o, i) => Object.assign(settings(o), { amsgrad: i >= 7 })));
    const { replayed } = agree(disturbed(adam, (o, i) => Object.assign(settings(o), { maximize: i >= 7 })));
    expect(replayed).toBeGreaterThan(5);
  });

  it("a state dict loaded in the middle", () => {
    let saved: ReturnType<torch.optim.Optimizer["stateDict"]>;
    const calls = agree(
      disturbed(adam, (o, i) => {
        if (i === 4) {
          saved = o.stateDict();
          for (const s of Object.values(saved.state)) {
            for (const [k, v] of Object.entries(s)) if (v instanceof torch.Tensor) s[k] = v.clone();
          }
        }
        if (i === 8) o.loadStateDict(saved);
      }),
    );
    expect(calls.replayed).toBeGreaterThan(8);
  });

  it("a state that was cleared", () => {
    agree(disturbed(sgd, (o, i) => i === 7 && o.state.clear()));
    const { replayed } = agree(disturbed(adam, (o, i) => i === 7 && o.state.clear()));
    expect(replayed).toBeGreaterThan(6);
  });

  it("a group that was added, and one that was cut", () => {
    const make = (p: torch.nn.Parameter[]) => new torch.optim.SGD(p.slice(0, 2), { lr: 0.05 });
    const program = (change: (o: torch.optim.Optimizer, p: torch.nn.Parameter[], i: number) => void) =>
      agree((wrap) => {
        const net = network();
        const parameters = net.parameters();
        const optimizer = make(parameters);
        const step = wrap((x: torch.Tensor, y: torch.Tensor) => {
          optimizer.zeroGrad();
          net.zeroGrad();
          const l = torch.nn.functional.mseLoss(net(x), y);
          l.backward();
          optimizer.step();
          return l;
        });
        const losses = Array.from({ length: 12 }, (_, i) => {
          change(optimizer, parameters, i);
          return step(...batch(i));
        });
        return [...losses, ...stateOf(net, optimizer)];
      });
    program((o, p, i) => i === 6 && o.addParamGroup({ params: p.slice(2), lr: 0.2 } as never));
    const { replayed } = program((o, _, i) => i === 6 && o.paramGroups[0]!.params.pop());
    expect(replayed).toBeGreaterThan(8);
  });

  it("more parameters than one instruction holds: refused, and right without a plan", () => {
    const program = (wrap: Parameters<Parameters<typeof agree>[0]>[0]) => {
      const many = Array.from({ length: 4100 }, (_, i) => new torch.nn.Parameter(torch.full([1], i / 4100)));
      const optimizer = new torch.optim.SGD(many, { lr: 0.1 });
      const step = wrap(
        (x: torch.Tensor) => {
          optimizer.zeroGrad();
          torch.cat(many).mul(x).square().sum().backward();
          optimizer.step();
        },
        { fullgraph: false },
      );
      for (let i = 0; i < 4; i++) step(torch.full([1], i + 0.5));
      return [torch.cat(many).detach()];
    };
    expect(agree(program)).toMatchObject({ captured: 1, eager: 3, replayed: 0 });
  });
});
