// Label shift: the target's frequencies of classes from predictions alone, then training with weights p(y) / q(y).
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import { confusionMatrix, fitWeighted } from "./logistic.js";
import { drawClasses, type Samples } from "./worlds.js";

/** How often each class is met. */
export const frequencies = { source: [0.2, 0.3, 0.5], target: [0.75, 0.2, 0.05] } as const;

/** A run of the book's correction. */
export interface LabelShift {
  /** The target's frequencies: solved for, and as predictions have them. */
  readonly estimated: readonly number[];
  readonly counted: readonly number[];
  /** The largest error of either. */
  readonly estimateError: number;
  readonly countError: number;
  /** Accuracies on the target, without weights and with. */
  readonly plain: number;
  readonly weighted: number;
}

/** The book's correction: C p(y) = μ(ŷ), then weighted training. */
export function labelShift(n: number): LabelShift {
  const [train, validation] = [drawClasses(n, frequencies.source), drawClasses(n, frequencies.source)];
  const target = drawClasses(n, frequencies.target);
  const loss = new nn.CrossEntropyLoss({ reduction: "none" });
  const trained = (beta?: Tensor) => fitWeighted(new nn.Linear(2, 3), loss, train.X, train.y, beta);
  const net = trained();
  const predict = (X: Tensor) => torch.noGrad(() => net(X).argmax(1).to(torch.int32));
  const shares = (labels: Tensor) => torch.bincount(labels, { minlength: 3 }).to(torch.float32).div(n);
  // What the classifier says about the target, with its habit of confusing classes taken out.
  const C = confusionMatrix(predict(validation.X), validation.y, 3);
  const mu = shares(predict(target.X));
  const p = torch.linalg.solve(C, mu).clamp({ min: 0 });
  const q = shares(train.y);
  const weighted = trained(p.div(q).indexSelect(0, train.y));

  const truth = torch.tensor(frequencies.target);
  const error = (estimate: Tensor) => estimate.sub(truth).abs().max().item();
  const fresh = drawClasses(20_000, frequencies.target);
  const list = (values: Tensor) => values.tolist() as number[];
  return {
    estimated: list(p),
    counted: list(mu),
    estimateError: error(p),
    countError: error(mu),
    plain: accuracy(net, fresh),
    weighted: accuracy(weighted, fresh),
  };
}

function accuracy(net: nn.Linear, { X, y }: Samples): number {
  return torch.noGrad(() => net(X).argmax(1).eq(y).to(torch.float32).mean().item());
}
