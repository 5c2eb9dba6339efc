// Programs that are run twice from the same seed, as they are and with their steps compiled. Runs outside of vitest as well.
import * as torch from "../../src/index.js";

/** Makes a step: as it is, or compiled. */
export type Wrap = <A extends unknown[], R>(
  step: (...args: A) => R,
  options?: torch.CompileOptions,
) => (...args: A) => R;
/** A program; the tensors that it gives are compared. */
export type Program = (wrap: Wrap) => readonly (torch.Tensor | ArrayLike<number>)[];

/** What became of the calls of all steps of a program. */
export interface Calls {
  readonly captured: number;
  readonly replayed: number;
  readonly eager: number;
  readonly plans: number;
}

type Numbers = ArrayLike<number>;

const numbersOf = (x: torch.Tensor | Numbers): Numbers => (x instanceof torch.Tensor ? x.toTypedArray() : x);

/** Where two lists of arrays differ first, as a text; null where they do not. -0 is not 0 here. */
export function firstOdd(got: readonly Numbers[], want: readonly Numbers[]): string | null {
  if (got.length !== want.length) return `${got.length} results, want ${want.length}`;
  for (let i = 0; i < got.length; i++) {
    const [a, b] = [got[i]!, want[i]!];
    if (a.length !== b.length) return `result ${i} has ${a.length} elements, want ${b.length}`;
    for (let j = 0; j < a.length; j++) {
      if (!Object.is(a[j], b[j])) return `result ${i}, element ${j}: ${a[j]}, want ${b[j]}`;
    }
  }
  return null;
}

/** Runs a program with its steps compiled; the numbers and what became of the calls. */
export function runCompiled(program: Program): [Numbers[], Calls] {
  const reports: (() => torch.CompileReport)[] = [];
  const disposals: (() => void)[] = [];
  torch.manualSeed(0);
  const results = program((step, options) => {
    const compiled = torch.compile(step, options);
    reports.push(compiled.report);
    disposals.push(compiled.dispose);
    return compiled;
  }).map(numbersOf);
  const calls = { captured: 0, replayed: 0, eager: 0, plans: 0 };
  for (const report of reports) {
    const { captured, replayed, eager, plans } = report();
    calls.captured += captured;
    calls.replayed += replayed;
    calls.eager += eager;
    calls.plans += plans;
  }
  for (const dispose of disposals) dispose();
  return [results, calls];
}

/** Runs a program with its steps as they are. */
export function runPlain(program: Program): Numbers[] {
  torch.manualSeed(0);
  return program((step) => step).map(numbersOf);
}

/** A batch of regression data, another one for each step. */
export function batch(step: number, rows = 16, features = 12, dtype = torch.float32): [torch.Tensor, torch.Tensor] {
  const generator = new torch.Generator().manualSeed(1000 + step);
  const x = torch.randn([rows, features], { generator, dtype });
  return [
    x,
    x
      .sum(1, { keepdim: true })
      .mul(0.3)
      .add(torch.randn([rows, 1], { generator, dtype }).mul(0.1)),
  ];
}

/** A batch of classes. */
export function classes(step: number, rows = 16, features = 12, count = 5): [torch.Tensor, torch.Tensor] {
  const generator = new torch.Generator().manualSeed(2000 + step);
  return [torch.randn([rows, features], { generator }), torch.randint(0, count, [rows], { generator })];
}

/** A small network. */
export function network(features = 12, hidden = 20, outputs = 1): torch.nn.Sequential {
  const { nn } = torch;
  return new nn.Sequential(new nn.Linear(features, hidden), new nn.ReLU(), new nn.Linear(hidden, outputs));
}

/** Copies of everything that a training run changes. */
export function stateOf(net: torch.nn.Module, optimizer?: torch.optim.Optimizer): torch.Tensor[] {
  const own = [...net.parameters(), ...net.buffers()].map((t) => t.detach().clone());
  const kept = [...(optimizer?.state.values() ?? [])].flatMap((state) =>
    Object.values(state).map((v) => (v instanceof torch.Tensor ? v.clone() : torch.tensor(v as number))),
  );
  return [...own, ...kept];
}
