// Which functions are torchlet's own, so that a step made of them may be captured.
import { isWatched } from "../nn/call.js";
import * as functional from "../nn/functional.js";
import * as nn from "../nn/index.js";
import * as optim from "../optim/index.js";

const MODULES: ReadonlySet<unknown> = new Set(Object.values(nn));
const FUNCTIONS: ReadonlySet<unknown> = new Set(Object.values(functional));
/** Without LBFGS, whose step runs the model as often as it needs to. */
const OPTIMIZERS: ReadonlySet<unknown> = new Set(Object.values(optim).filter((kind) => kind !== optim.LBFGS));

/**
 * Whether all of these are torchlet's own: modules made of its layers and losses only and without hooks, functions of `nn.functional`, and its
 * optimizers. What they do is all in the engine, so that `torch.compile` may capture it and nothing is missed in replays; JavaScript
 * in a module, a loss or an optimizer of the user's own has to run every time.
 *
 * @example
 * const step = torch.isBuiltin(net, loss, optimizer) ? torch.compile(train, { fullgraph: false }) : train;
 */
export function isBuiltin(...parts: unknown[]): boolean {
  return parts.every((part) => {
    if (part instanceof nn.Module) return part.modules().every((m) => MODULES.has(m.constructor) && !isWatched(m));
    if (part instanceof optim.Optimizer) return OPTIMIZERS.has(part.constructor);
    return FUNCTIONS.has(part);
  });
}
