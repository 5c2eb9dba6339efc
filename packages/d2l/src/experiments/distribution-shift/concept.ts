// Concept shift: f_t sees x_t, predicts, is told y_t, and becomes f_(t+1); its twin stays as it was.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import { drawTurning } from "./worlds.js";

/** Errors step by step, of the model that stays and of the one that learns on. */
export interface ConceptShift {
  readonly frozen: readonly number[];
  readonly online: readonly number[];
}

/** Both are trained on the concept as it is in the beginning; then it turns round in so many steps. */
export function conceptShift(steps: number): ConceptShift {
  const online = new nn.Linear(2, 1);
  const loss = new nn.BCEWithLogitsLoss();
  const optimizer = new torch.optim.SGD(online.parameters(), { lr: 0.5 });
  /** Predicts, then learns; returns what was predicted. */
  const update = torch.compile((X: Tensor, y: Tensor) => {
    optimizer.zeroGrad();
    const out = online(X).reshape(-1);
    const l = loss(out, y);
    l.backward();
    optimizer.step();
    return out;
  });
  for (let i = 0; i < 100; i++) {
    const { X, y } = drawTurning(10, 0);
    update(X, y);
  }
  const frozen = new nn.Linear(2, 1);
  frozen.loadStateDict(online.stateDict());
  const errors = { frozen: [] as number[], online: [] as number[] };
  const wrong = (out: Tensor, y: Tensor) =>
    out.reshape(-1).gt(0).to(torch.float32).ne(y).to(torch.float32).mean().item();
  for (let i = 0; i < steps; i++) {
    const { X, y } = drawTurning(10, i / steps);
    errors.frozen.push(torch.noGrad(() => wrong(frozen(X), y)));
    errors.online.push(wrong(update(X, y), y));
  }
  update.dispose();
  return errors;
}
