// The momentum that some schedules move against the learning rate: `momentum`, or the first of `betas`.
import type { Optimizer } from "../optimizer.js";
import { settingError } from "./arguments.js";

interface MomentumSettings {
  momentum?: number;
  betas?: readonly [number, number];
}

/** @throws ValueError for an optimizer that has neither */
export function checkMomentum(who: string, optimizer: Optimizer): void {
  const { momentum, betas } = optimizer.defaults as MomentumSettings;
  if (momentum !== undefined || betas !== undefined) return;
  throw settingError(
    who,
    "cycleMomentum needs an optimizer with momentum or betas",
    "cycleMomentum 需要带有 momentum 或 betas 的优化器",
    optimizer.constructor.name,
  );
}

/** Sets the momentum of a parameter group. */
export function setMomentum(optimizer: Optimizer, i: number, value: number): void {
  const group = optimizer.paramGroups[i] as MomentumSettings;
  if (group.betas === undefined) group.momentum = value;
  else group.betas = [value, group.betas[1]];
}
