// L-BFGS: a quasi-Newton method with a limited memory.
import { enableGrad, noGrad } from "../autograd/index.js";
import { tenure } from "../engine/index.js";
import { ValueError } from "../errors/index.js";
import { mul, sub } from "../ops/arithmetic.js";
import { zeros } from "../ops/creation.js";
import { add_, copy_ } from "../ops/inplace.js";
import { cat } from "../ops/joining.js";
import { dot } from "../ops/matmul.js";
import { amax, sum } from "../ops/reduction.js";
import { abs, neg } from "../ops/unary.js";
import { clone, narrow, reshape } from "../ops/views.js";
import { Tensor } from "../tensor/tensor.js";
import { Optimizer } from "./optimizer.js";
import {
  checkNonNegative,
  type GroupSettings,
  type OptimizerArguments,
  type ParameterGroup,
  type ParameterGroupInput,
  type Parameters,
  readSettings,
} from "./settings.js";
import { readNumber, readTensor, type SavedState, type SavedValue, stateError } from "./state-dict.js";
import { type Point, strongWolfe } from "./strong-wolfe.js";

/** Settings of L-BFGS. */
export interface LBFGSSettings extends GroupSettings {
  maxIter: number;
  maxEval: number | null;
  toleranceGrad: number;
  toleranceChange: number;
  historySize: number;
  lineSearchFn: "strong_wolfe" | null;
}

interface LBFGSState {
  funcEvals: number;
  nIter: number;
  /** The last direction and how far the step went along it. */
  d: Tensor;
  t: number;
  /** Changes of the gradient and of the parameters, and the inverse of their product, the oldest first. */
  oldDirs: Tensor[];
  oldStps: Tensor[];
  ro: number[];
  /** The scale of the first guess of the inverse Hessian. */
  HDiag: number;
  prevFlatGrad: Tensor;
  prevLoss: number;
}

const DEFAULTS: LBFGSSettings = {
  lr: 1,
  maxIter: 20,
  maxEval: null,
  toleranceGrad: 1e-7,
  toleranceChange: 1e-9,
  historySize: 100,
  lineSearchFn: null,
};

const product = (a: Tensor, b: Tensor) => dot(a, b).item();
const largest = (x: Tensor) => amax(abs(x)).item();
const longLived = (x: Tensor) => {
  tenure(x.storage);
  return x;
};

/**
 * L-BFGS (Liu and Nocedal, On the limited memory BFGS method for large scale optimization, 1989). A step runs up to
 * `maxIter` iterations, each with one evaluation of the closure or, with `lineSearchFn: "strong_wolfe"`, as many as the
 * line search takes. It is meant for whole batches, and keeps 2 `historySize` copies of all parameters.
 *
 * @param parameters tensors, all in one group
 * @param args options (or lr, options): lr 1, maxIter 20, maxEval 5/4 maxIter, toleranceGrad 1e-7, toleranceChange 1e-9,
 *   historySize 100, lineSearchFn null
 * @throws ValueError for more than one group, a step without a closure, and settings without meaning
 *
 * @example
 * const optimizer = new torch.optim.LBFGS(net.parameters(), { lineSearchFn: "strong_wolfe" });
 * optimizer.step(() => {
 *   optimizer.zeroGrad();
 *   const l = loss(net(X), y);
 *   l.backward();
 *   return l;
 * });
 */
export class LBFGS extends Optimizer<LBFGSSettings, LBFGSState> {
  constructor(parameters: Parameters<LBFGSSettings>, ...args: OptimizerArguments<LBFGSSettings>) {
    const settings = readSettings("LBFGS", DEFAULTS, args);
    super(parameters, { ...settings, maxEval: settings.maxEval ?? Math.floor((settings.maxIter * 5) / 4) });
  }

  protected override checkSettings({ lr, lineSearchFn }: LBFGSSettings): void {
    checkNonNegative("LBFGS", "lr", lr);
    if (lineSearchFn === null || lineSearchFn === "strong_wolfe") return;
    throw new ValueError("optimizer-setting", {
      path: "LBFGS",
      rule: {
        en: `lineSearchFn must be "strong_wolfe" or null, got ${JSON.stringify(lineSearchFn)}`,
        zh: `lineSearchFn 必须是 "strong_wolfe" 或 null，得到的是 ${JSON.stringify(lineSearchFn)}`,
      },
      expected: ["strong_wolfe", null],
      received: lineSearchFn,
    });
  }

  /** @throws ValueError for a second group: the curvature is one of all parameters together */
  override addParamGroup(group: ParameterGroupInput<LBFGSSettings>): void {
    if (this.paramGroups.length === 0) {
      super.addParamGroup(group);
      return;
    }
    throw new ValueError("lbfgs-groups", {
      path: "LBFGS",
      rule: { en: "all parameters must be in one group", zh: "所有参数必须在同一个参数组中" },
    });
  }

  override step(): void;
  override step<L>(closure: () => L): L;
  override step<L>(closure?: () => L): L {
    if (closure === undefined) {
      throw new ValueError("lbfgs-closure", {
        path: "LBFGS.step",
        rule: { en: "a closure is needed", zh: "需要传入闭包" },
        hint: {
          en: "pass a function that clears the gradients, computes the loss, calls backward() and returns the loss",
          zh: "请传入一个函数：清除梯度、计算损失、调用 backward() 并返回损失",
        },
      });
    }
    return noGrad(() => this.iterate(closure));
  }

  private iterate<L>(closure: () => L): L {
    const group = this.paramGroups[0]!;
    const { lr, maxIter, toleranceGrad, toleranceChange, lineSearchFn } = group;
    const maxEval = group.maxEval ?? Math.floor((maxIter * 5) / 4);
    const first = group.params[0]!;
    let evaluations = 0;
    let returned: L | undefined;
    const evaluate = () => {
      returned = enableGrad(closure);
      evaluations++;
      return lossOf(returned);
    };

    let loss = evaluate();
    const original = returned as L;
    let gradient = this.flatGradient();
    const state = this.state.get(first);
    if (state !== undefined) state.funcEvals++;
    if (largest(gradient) <= toleranceGrad) return original;

    const s: LBFGSState = state ?? {
      funcEvals: 1,
      nIter: 0,
      d: gradient,
      t: 0,
      oldDirs: [],
      oldStps: [],
      ro: [],
      HDiag: 1,
      prevFlatGrad: gradient,
      prevLoss: loss,
    };
    this.state.set(first, s);

    for (let n = 1; n <= maxIter; n++) {
      s.nIter++;
      s.d = longLived(s.nIter === 1 ? neg(gradient) : this.direction(s, gradient, group.historySize));
      s.prevFlatGrad = longLived(gradient);
      s.prevLoss = loss;
      s.t = s.nIter === 1 ? Math.min(1, 1 / sum(abs(gradient)).item()) * lr : lr;
      const slope = product(gradient, s.d);
      if (slope > -toleranceChange) break;

      const counted = evaluations;
      if (lineSearchFn !== null) {
        const origin = group.params.map((p) => clone(p.data));
        const at = (t: number): Point => {
          this.move(t, s.d);
          const here = evaluate();
          const g = this.flatGradient();
          group.params.forEach((p, i) => {
            copy_(p.data, origin[i]!);
          });
          return { t, loss: here, gradient: g, slope: product(g, s.d) };
        };
        const start = { t: 0, loss, gradient, slope };
        const found = strongWolfe(at, start, s.t, largest(s.d), toleranceChange, maxEval - evaluations);
        ({ loss, gradient, t: s.t } = found.point);
        this.move(s.t, s.d);
      } else {
        this.move(s.t, s.d);
        // What comes after the last iteration is for the next step to find out.
        if (n < maxIter) {
          loss = evaluate();
          gradient = this.flatGradient();
        }
      }
      s.funcEvals += evaluations - counted;

      if (evaluations >= maxEval || largest(gradient) <= toleranceGrad) break;
      if (largest(s.d) * Math.abs(s.t) <= toleranceChange || Math.abs(loss - s.prevLoss) < toleranceChange) break;
    }
    return original;
  }

  /** The direction of the two-loop recursion, after the memory has taken in the last step. */
  private direction(s: LBFGSState, gradient: Tensor, historySize: number): Tensor {
    const y = sub(gradient, s.prevFlatGrad);
    const step = mul(s.d, s.t);
    const curvature = product(y, step);
    if (curvature > 1e-10) {
      if (s.oldDirs.length === historySize) {
        s.oldDirs.shift();
        s.oldStps.shift();
        s.ro.shift();
      }
      s.oldDirs.push(longLived(y));
      s.oldStps.push(longLived(step));
      s.ro.push(1 / curvature);
      s.HDiag = curvature / product(y, y);
    }
    const q = neg(gradient);
    const alphas: number[] = [];
    for (let i = s.oldDirs.length - 1; i >= 0; i--) {
      alphas[i] = product(s.oldStps[i]!, q) * s.ro[i]!;
      add_(q, s.oldDirs[i]!, { alpha: -alphas[i]! });
    }
    const r = mul(q, s.HDiag);
    for (let i = 0; i < s.oldDirs.length; i++) {
      const beta = product(s.oldDirs[i]!, r) * s.ro[i]!;
      add_(r, s.oldStps[i]!, { alpha: alphas[i]! - beta });
    }
    return r;
  }

  /** All gradients, one after the other; zeros where there is none. */
  private flatGradient(): Tensor {
    return cat(
      this.paramGroups[0]!.params.map((p) =>
        p.gradient === null ? zeros([p.numel()], { dtype: p.dtype }) : reshape(p.gradient.data, [-1]),
      ),
    );
  }

  /** Moves all parameters along a direction. */
  private move(t: number, direction: Tensor): void {
    let at = 0;
    for (const p of this.paramGroups[0]!.params) {
      const n = p.numel();
      add_(p.data, reshape(narrow(direction, 0, at, n), [...p.shape]), { alpha: t });
      at += n;
    }
  }

  protected override readState(
    path: string,
    p: Tensor,
    group: ParameterGroup<LBFGSSettings>,
    saved: SavedState,
  ): LBFGSState {
    const count = [group.params.reduce((n, q) => n + q.numel(), 0)];
    const tensor = (name: string, value: SavedValue) => readTensor(path, name, value, p, count);
    const number = (name: string) => readNumber(path, name, saved[name]);
    const list = (name: string): readonly SavedValue[] => {
      const value = saved[name];
      if (Array.isArray(value)) return value;
      throw stateError(path, `${name} must be a list`, `${name} 必须是列表`);
    };
    const state: LBFGSState = {
      funcEvals: number("funcEvals"),
      nIter: number("nIter"),
      d: tensor("d", saved["d"]),
      t: number("t"),
      oldDirs: list("oldDirs").map((value) => tensor("oldDirs", value)),
      oldStps: list("oldStps").map((value) => tensor("oldStps", value)),
      ro: list("ro").map((value) => readNumber(path, "ro", value)),
      HDiag: number("HDiag"),
      prevFlatGrad: tensor("prevFlatGrad", saved["prevFlatGrad"]),
      prevLoss: number("prevLoss"),
    };
    if (state.oldDirs.length !== state.ro.length || state.oldStps.length !== state.ro.length) {
      throw stateError(path, "oldDirs, oldStps and ro differ in length", "oldDirs、oldStps 与 ro 的长度不一致");
    }
    return state;
  }
}

/** What a closure returned, as a number. */
function lossOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (value instanceof Tensor) return value.item();
  throw new ValueError("lbfgs-loss", {
    path: "LBFGS.step",
    rule: { en: "the closure must return the loss", zh: "闭包必须返回损失" },
    received: typeof value,
  });
}
