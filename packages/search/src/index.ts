// The public surface of @torchlet/search: studies and what they are made of. Neither Node nor DOM; files and threads are in `@torchlet/search/node`.

export { hypervolume } from "./analysis/hypervolume.js";
export { getParamImportances, type ImportanceOptions } from "./analysis/importance.js";
export { paretoFront } from "./analysis/pareto.js";
export type {
  CategoricalDistribution,
  Distribution,
  FloatDistribution,
  FloatOptions,
  IntDistribution,
  IntOptions,
  ParameterValue,
  SearchSpace,
} from "./core/distributions.js";
export type { EventLog } from "./core/event-log.js";
export type { StudyEvent } from "./core/events.js";
export type { Pruner } from "./core/pruner.js";
export { deriveSeed, type Random, randomOf } from "./core/random.js";
export type { Sampler, SamplingContext } from "./core/sampler.js";
export type { StudyView } from "./core/study-view.js";
export type { Direction, Json, TrialRecord, TrialState } from "./core/trial-record.js";
export { MemoryLog } from "./memory-log.js";
export * as pruners from "./pruners/index.js";
export * as samplers from "./samplers/index.js";
export { TrialLost } from "./study/lost.js";
export type { StudyWarning } from "./study/messages.js";
export type { OptimizeOptions } from "./study/optimize.js";
export { type PruningCallbacks, pruneOn } from "./study/prune-on.js";
export { TrialPruned } from "./study/pruned.js";
export {
  beginTrial,
  finishTrial,
  type Objective,
  type RunOptions,
  type RunOutcome,
  runTrial,
} from "./study/run-trial.js";
export { type ForeignClaim, type LossDetector, StudySession } from "./study/session.js";
export { StudyState } from "./study/state.js";
export {
  type CreateStudyOptions,
  createStudy,
  type LoadStudyOptions,
  loadStudy,
  Study,
  type StudyOptions,
} from "./study/study.js";
export { Trial, type TrialHost } from "./study/trial.js";
export { intersectionSearchSpace } from "./study/view.js";
