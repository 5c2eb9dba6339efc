// Training: torch.fit, and what it takes and gives.
export {
  type DiagnosisCode,
  describeDiagnosis,
  type Evidence,
  type TrainingDiagnosis,
  TrainingError,
} from "./diagnosis.js";
export { FitRun, fit } from "./fit.js";
export type {
  EarlyStopping,
  EpochRecord,
  FitBatch,
  FitBatches,
  FitCallbacks,
  FitContext,
  FitData,
  FitEvent,
  FitHistory,
  FitLoss,
  FitMetrics,
  FitModel,
  FitOptions,
  FitProgress,
  Measured,
  Monitor,
  ScheduleSettings,
  StopReason,
} from "./types.js";
