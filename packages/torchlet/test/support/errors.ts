// What a piece of code throws.
import { TorchletError } from "../../src/index.js";

/** The error of ours that a function throws; any other goes on. */
export function errorOf(body: () => unknown): TorchletError {
  try {
    body();
  } catch (error) {
    if (error instanceof TorchletError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** Its code. */
export function codeOf(body: () => unknown): string {
  return errorOf(body).code;
}
