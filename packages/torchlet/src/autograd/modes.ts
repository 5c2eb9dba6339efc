// Whether operations are recorded, as a switch with scopes.

let enabled = true;

/** Whether operations on tensors that require gradients are recorded. */
export function isGradEnabled(): boolean {
  return enabled;
}

/** Switches recording on or off for what follows; prefer `noGrad` and `enableGrad`. */
export function setGradEnabled(value: boolean): void {
  enabled = value;
}

/** A scope that restores recording when it ends: `using _ = torch.noGrad()`. */
export interface GradScope extends Disposable {}

function scope<T>(value: boolean, body: (() => T) | undefined): T | GradScope {
  const before = enabled;
  enabled = value;
  if (body === undefined) {
    return {
      [Symbol.dispose]: () => {
        enabled = before;
      },
    };
  }
  let result: T;
  try {
    result = body();
  } catch (error) {
    enabled = before;
    throw error;
  }
  // An asynchronous body would run its rest outside the scope; it keeps the mode until it settles instead.
  if (result instanceof Promise) {
    return result.finally(() => {
      enabled = before;
    }) as T;
  }
  enabled = before;
  return result;
}

/**
 * Runs a function, or the rest of a block, without recording.
 *
 * @example
 * const y = torch.noGrad(() => net(x));
 * {
 *   using _ = torch.noGrad();
 *   evaluate();
 * }
 */
export function noGrad<T>(body: () => T): T;
export function noGrad(): GradScope;
export function noGrad<T>(body?: () => T): T | GradScope {
  return scope(false, body);
}

/** Runs a function, or the rest of a block, with recording switched on. */
export function enableGrad<T>(body: () => T): T;
export function enableGrad(): GradScope;
export function enableGrad<T>(body?: () => T): T | GradScope {
  return scope(true, body);
}

/** Runs a function, or the rest of a block, for its results only. The same as `noGrad` here: nothing more is to be saved. */
export function inferenceMode<T>(body: () => T): T;
export function inferenceMode(): GradScope;
export function inferenceMode<T>(body?: () => T): T | GradScope {
  return scope(false, body);
}
