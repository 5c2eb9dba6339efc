// Whether operations are recorded, as a switch with scopes.

let enabled = true;

/** The scopes that have not ended, innermost last: what holds when one ends is what the innermost of the others says. */
const scopes: { value: boolean }[] = [{ value: true }];

/** Whether operations on tensors that require gradients are recorded. */
export function isGradEnabled(): boolean {
  return enabled;
}

/** Switches recording on or off for what follows in this scope; prefer `noGrad` and `enableGrad`. */
export function setGradEnabled(value: boolean): void {
  scopes[scopes.length - 1]!.value = value;
  enabled = value;
}

/** A scope that restores recording when it ends: `using _ = torch.noGrad()`. */
export interface GradScope extends Disposable {}

/** Begins a scope; the function returned ends it. Scopes of asynchronous bodies overlap and end in any order. */
function begin(value: boolean): () => void {
  const own = { value };
  scopes.push(own);
  enabled = value;
  return () => {
    const at = scopes.lastIndexOf(own);
    if (at < 0) return;
    scopes.splice(at, 1);
    enabled = scopes[scopes.length - 1]!.value;
  };
}

function scope<T>(value: boolean, body: (() => T) | undefined): T | GradScope {
  const end = begin(value);
  if (body === undefined) return { [Symbol.dispose]: end };
  let result: T;
  try {
    result = body();
  } catch (error) {
    end();
    throw error;
  }
  // An asynchronous body would run its rest outside the scope; it keeps the mode until it settles instead.
  if (result instanceof Promise) return result.finally(end) as T;
  end();
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
