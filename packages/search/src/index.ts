// The public surface of @torchlet/search: studies and what they are made of. Neither Node nor DOM; files and threads are in `@torchlet/search/node`.
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
export type { Random } from "./core/random.js";
export type { Sampler, SamplingContext } from "./core/sampler.js";
export type { StudyView } from "./core/study-view.js";
export type { Direction, Json, TrialRecord, TrialState } from "./core/trial-record.js";
