// The pruner that never prunes.
import type { Pruner } from "../core/pruner.js";

/** Lets every trial run to its end. */
export class NopPruner implements Pruner {
  readonly name = "nop";

  shouldPrune(): boolean {
    return false;
  }
}
