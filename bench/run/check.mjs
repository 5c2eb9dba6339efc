// Do all compute the same? A comparison of speeds is void where they do not.
import { probe, takesPart } from "./measure.mjs";

/** Within 1e-4, absolutely or of the larger one. */
const close = (a, b) => Math.abs(a - b) <= 1e-4 * Math.max(1, Math.abs(a), Math.abs(b));

/** The first number in which two answers differ, or null. */
function difference(expected, received) {
  if (expected.length !== received.length) return `${received.length} numbers instead of ${expected.length}`;
  const at = expected.findIndex((value, i) => !close(value, received[i]));
  return at < 0 ? null : `number ${at} is ${received[at]}, torchlet's is ${expected[at]}`;
}

/**
 * Compares a case's numbers (the losses of five steps, or elements of the result) with torchlet's on one thread.
 *
 * @returns `{ compared: names, wrong: { name: what } }`
 */
export async function checkCase(test, implementations, sessions, data) {
  const taking = implementations.filter((implementation) => takesPart(test, implementation));
  const [reference, ...others] = taking;
  const result = { compared: [], wrong: {} };
  if (reference?.family !== "torchlet") return result;
  const expected = (await probe(test, reference, sessions, data))?.values;
  if (!Array.isArray(expected)) return result;
  for (const implementation of others) {
    const answer = await probe(test, implementation, sessions, data);
    if (!Array.isArray(answer?.values)) continue;
    result.compared.push(implementation.name);
    const wrong = difference(expected, answer.values);
    if (wrong !== null) result.wrong[implementation.name] = wrong;
  }
  return result;
}
