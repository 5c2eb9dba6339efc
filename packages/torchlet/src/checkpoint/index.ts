// Checkpoints: a run's whole state, written so that a run that was killed goes on where it was, to the same bits.
export { FolderStore } from "./folder.js";
export { gradients } from "./gradients.js";
export { type EndSignal, type Interruption, onInterrupt } from "./interrupt.js";
export type { Stateful } from "./kinds.js";
export { type LoadedCheckpoint, load, toBytes } from "./load.js";
export { CheckpointManager, type CheckpointManagerOptions, type Restored } from "./manager.js";
export type { CheckpointWarning, Problem } from "./problems.js";
export { type CheckpointStore, MemoryStore } from "./store.js";
