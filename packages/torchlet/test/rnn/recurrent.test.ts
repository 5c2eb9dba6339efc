// Recurrent layers and cells against PyTorch: initial values, outputs, gradients, printed form.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { firstFar } from "../support/compare.js";
import { codeOf } from "../support/errors.js";
import { gradcheck, leaf } from "../support/gradcheck.js";

interface Recorded {
  readonly shape: number[];
  readonly values: number[];
}
interface Case {
  readonly kind: "RNN" | "GRU" | "LSTM" | "RNNCell" | "GRUCell" | "LSTMCell";
  readonly args: number[];
  readonly kwargs: Record<string, unknown>;
  readonly repr: string;
  readonly state: Record<string, Recorded>;
  readonly input: Recorded;
  readonly outputs: Recorded[];
  readonly gradInput: Recorded;
  readonly grads: Record<string, Recorded>;
}

const cases = JSON.parse(readFileSync(new URL("recorded.json", import.meta.url), "utf8")) as Case[];
const camel = (s: string) => s.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase());
const options = (kwargs: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(kwargs).map(([k, v]) => [camel(k), v]));
const make = (r: Recorded) => torch.tensor(Float32Array.from(r.values)).reshape(r.shape);

function expectClose(what: string, got: torch.Tensor | null, want: Recorded): void {
  expect(got?.shape, what).toEqual(want.shape);
  expect(firstFar(got!.toTypedArray(), want.values, 1e-4, 2e-6), what).toBeNull();
}

type Result = torch.Tensor | readonly Result[];
const flatten = (r: Result): torch.Tensor[] => (r instanceof torch.Tensor ? [r] : r.flatMap(flatten));

/** A module whatever it returns. */
interface AnyModule {
  (x: torch.Tensor): Result;
  namedParameters(): Iterable<[string, torch.Tensor]>;
  stateDict(): Record<string, torch.Tensor>;
}

describe("recurrent layers as in PyTorch", () => {
  it.each(cases.map((c) => [c.repr.replaceAll("\n", " "), c] as const))("%s", (_, c) => {
    torch.manualSeed(1);
    const Kind = torch.nn[c.kind] as unknown as new (...args: unknown[]) => AnyModule;
    const module = new Kind(...c.args, options(c.kwargs));
    expect(String(module)).toBe(c.repr);
    const state = module.stateDict();
    expect(Object.keys(state)).toEqual(Object.keys(c.state));
    for (const [name, want] of Object.entries(c.state)) expectClose(name, state[name]!, want);
    const x = make(c.input).requiresGrad_();
    const outputs = flatten(module(x));
    expect(outputs.length).toBe(c.outputs.length);
    outputs.forEach((o, i) => {
      expectClose(`output ${i}`, o, c.outputs[i]!);
    });
    outputs
      .map((o) => o.mul(torch.linspace(-1, 1, o.numel()).reshape(o.shape)).sum())
      .reduce((a, b) => a.add(b))
      .backward();
    expectClose("gradient of the input", x.grad, c.gradInput);
    for (const [name, parameter] of module.namedParameters()) expectClose(name, parameter.grad, c.grads[name]!);
  });
});

describe("recurrent layers", () => {
  const dtype = torch.float64;

  it("have the gradients of finite differences, of states too", () => {
    const lstm = new torch.nn.LSTM(2, 3, { numLayers: 2, bidirectional: true, dtype });
    const f = (x: torch.Tensor, h: torch.Tensor, c: torch.Tensor) => {
      const [out, [hn, cn]] = lstm(x, [h, c]);
      return [out, hn, cn];
    };
    expect(gradcheck(f, [leaf([3, 2, 2]), leaf([4, 2, 3]), leaf([4, 2, 3])])).toBeNull();
    const gru = new torch.nn.GRUCell(2, 3, { dtype });
    expect(gradcheck((x, h) => gru(x, h), [leaf([2, 2]), leaf([2, 3])])).toBeNull();
  });

  it("go on from a state as one long sequence", () => {
    const gru = new torch.nn.GRU(3, 4, { dtype });
    const x = leaf([6, 2, 3]).detach();
    const [whole] = gru(x);
    const [first, state] = gru(x.narrow(0, 0, 2));
    const [second] = gru(x.narrow(0, 2, 4), state);
    expect(torch.allclose(torch.cat([first, second]), whole)).toBe(true);
  });

  it("drop out between layers in training only", () => {
    torch.manualSeed(0);
    const rnn = new torch.nn.RNN(3, 8, 2, { dropout: 0.5 });
    const x = torch.randn(4, 2, 3);
    expect(torch.equal(rnn(x)[0], rnn(x)[0])).toBe(false);
    rnn.eval();
    expect(torch.equal(rnn(x)[0], rnn(x)[0])).toBe(true);
  });

  it("say what does not fit", () => {
    const rnn = new torch.nn.RNN(3, 4);
    expect(codeOf(() => rnn(torch.zeros(5, 2, 7)))).toBe("recurrent-input");
    expect(codeOf(() => rnn(torch.zeros(5, 2, 3), torch.zeros(1, 3, 4)))).toBe("recurrent-state");
    expect(codeOf(() => new torch.nn.RNN(3, 4, { nonlinearity: "gelu" as "tanh" }))).toBe("rnn-nonlinearity");
  });
});
