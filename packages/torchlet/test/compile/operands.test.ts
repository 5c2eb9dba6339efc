// Every instruction is known to plans: with its operands, or as one that a step cannot contain.
import { expect, it } from "vitest";
import { Op } from "../../src/engine/index.js";
import { operandsOf } from "../../src/engine/plan/operands.js";

/** What reads a value into JavaScript, or whose operands plans do not know. */
const REFUSED = [
  "allFinite",
  "cholesky",
  "eigh",
  "extent",
  "labelRange",
  "luFactor",
  "multinomial",
  "nonzero",
  "qr",
  "raw64",
  "repeatIndex",
  "svd",
  "triangularSolve",
];

it("an opcode that plans do not know is refused on purpose", () => {
  const words = (op: number) => Int32Array.of(op, ...new Array<number>(40).fill(0));
  const unknown = Object.entries(Op).flatMap(([name, op]) => (operandsOf(words(op)) === null ? [name] : []));
  expect(unknown.sort()).toEqual(REFUSED);
});
