// The engine: instructions, memory, and what runs them. It knows buffers, not tensors.
export type { BlasStatus } from "./blas.js";

export type { MapStep } from "./instructions.js";
export * as instructions from "./instructions.js";
export * as machine from "./machine.js";
export { type EngineInfo, generatorBytes, machineInfo } from "./machine.js";
export { Activation, Fn, Op, Reduction, Rule, Scan } from "./opcodes.js";
export { fuse } from "./plan/fuse.js";
export { Plan } from "./plan/plan.js";
export { type Guard, Recorder } from "./plan/recorder.js";
export { getNumThreads, setNumThreads } from "./pool.js";
export { type Refusal, recording, refuseCapture, setRecording, unrecorded } from "./recording.js";
export {
  addressOf,
  createStorage,
  lastSerial,
  type MemoryReport,
  markInternal,
  memoryReport,
  moveAllOut,
  movedOutBytes,
  moveToHost,
  releaseStorage,
  Storage,
  tenure,
} from "./storage.js";
