// Writes optimizer steps, a row a parameter.
import { execute, f64, i32, instruction } from "../machine.js";
import { Op } from "../opcodes.js";
import { MAP_WORK } from "./work.js";

/** Words of an optimizer instruction before its rows, words a row, and as many rows as the instruction area holds. */
const UPDATE_HEAD = 18;
const UPDATE_ROW = 16;
export const MAX_UPDATES = 4000;
let updates = 0;
let updateWork = 0;
/** Byte address of an optimizer instruction in a plan whose numbers are written anew; 0: an ordinary step. */
let rewriting = 0;

/** From here on only the numbers of a step are written, into an instruction of a plan: settings and rows as in an ordinary step. */
export function beginRewrite(address: number): void {
  rewriting = address;
  updates = 0;
}

export function endRewrite(): void {
  rewriting = 0;
  updates = 0;
}

/** The numbers of the next row, where those of a plan are written anew. */
export function rewriteRow(x: number, y: number, z: number, w: number): void {
  writeRow((rewriting >>> 2) + UPDATE_HEAD + updates * UPDATE_ROW, x, y, z, w);
  updates++;
}

function writeRow(p: number, x: number, y: number, z: number, w: number): void {
  const at = (p + 8) >> 1;
  f64[at] = x;
  f64[at + 1] = y;
  f64[at + 2] = z;
  f64[at + 3] = w;
}

/** Begins an optimizer step: a rule, whether to maximize, and the settings of the rule (kernels/optim.ts). */
export function beginUpdate(rule: number, maximize: boolean, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0): void {
  const p = (rewriting || instruction) >>> 2;
  if (rewriting === 0) {
    i32[p] = Op.optimize;
    i32[p + 2] = rule;
  }
  i32[p + 4] = maximize ? 1 : 0;
  const at = (p + 6) >> 1;
  f64[at] = a;
  f64[at + 1] = b;
  f64[at + 2] = c;
  f64[at + 3] = d;
  f64[at + 4] = e;
  f64[at + 5] = f;
  updates = 0;
  updateWork = 0;
}

/** Adds a parameter to the step: addresses of it, its gradient and its states (0: none), and its own numbers. */
export function addUpdate(
  dtype: number,
  count: number,
  parameter: number,
  gradient: number,
  state0: number,
  state1: number,
  state2: number,
  x: number,
  y: number,
  z: number,
  w: number,
): void {
  if (updates === MAX_UPDATES) endUpdate();
  const p = (instruction >> 2) + UPDATE_HEAD + updates * UPDATE_ROW;
  i32[p] = parameter;
  i32[p + 1] = gradient;
  i32[p + 2] = state0;
  i32[p + 3] = state1;
  i32[p + 4] = state2;
  i32[p + 5] = count;
  i32[p + 6] = dtype;
  writeRow(p, x, y, z, w);
  updates++;
  updateWork += count;
}

/** Runs the step for the parameters that were added. */
export function endUpdate(): void {
  const p = instruction >> 2;
  i32[p + 1] = UPDATE_HEAD + updates * UPDATE_ROW;
  i32[p + 3] = updates;
  updates = 0;
  execute(updateWork * MAP_WORK);
}
