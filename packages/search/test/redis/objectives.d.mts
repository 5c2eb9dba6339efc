import type { Json, Trial } from "../../src/index.js";

export function parabola(trial: Trial, options: Json): Promise<number>;
export function busy(trial: Trial, options: Json): number;
export function deadly(trial: Trial): Promise<number>;
