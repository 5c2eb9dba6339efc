// Splits, cross-validation, preprocessing: what scikit-learn calls model_selection and preprocessing.
export { type Choice, type ChoiceOptions, type ChoiceRule, choose, type Direction } from "./choose.js";
export {
  type CrossValidateOptions,
  type CrossValidation,
  crossValidate,
  type FoldContext,
  type FoldFunction,
  type FoldResult,
  generatorOfFold,
  type Outcome,
  type Part,
  type Preprocessing,
  type Scores,
} from "./cross-validate.js";
export {
  type LearningCurve,
  type LearningCurveOptions,
  learningCurve,
  type ValidationCurve,
  type ValidationCurveOptions,
  validationCurve,
} from "./curves.js";
export { checkDisjoint, type DisjointOptions, type Duplicate } from "./disjoint.js";
export { crossValPredict, type Estimator, type PredictFunction, scoreEstimator } from "./estimator.js";
export { GroupKFold, LeaveOneGroupOut } from "./groups.js";
export { KFold, type KFoldOptions, LeaveOneOut, TimeSeriesSplit, type TimeSeriesSplitOptions } from "./k-fold.js";
export { type NestedCrossValidation, type NestedFold, type NestedOptions, nestedCrossValidate } from "./nested.js";
export * from "./preprocessing/index.js";
export type { RandomSource } from "./random.js";
export {
  RepeatedKFold,
  type RepeatedOptions,
  RepeatedStratifiedKFold,
  type RepeatedStratifiedOptions,
} from "./repeated.js";
export { type Cell, type Column, type Columns, type Labels, type Samples, takeSamples } from "./samples.js";
export { type FoldFitOptions, scoreFit } from "./score-fit.js";
export {
  GroupShuffleSplit,
  type PartSizeOptions,
  ShuffleSplit,
  type ShuffleSplitOptions,
  StratifiedShuffleSplit,
} from "./shuffle-split.js";
export { type Fold, Splitter } from "./splitter.js";
export { StratifiedGroupKFold, StratifiedKFold, type StratifiedKFoldOptions } from "./stratified.js";
export { TestSet, type TestSetOptions, type TestSetUse } from "./test-set.js";
export {
  type Parts,
  type ThreePartOptions,
  type ThreeParts,
  type TrainTestSplitOptions,
  trainTestSplit,
  trainValidationTestSplit,
} from "./train-test.js";
export type { OnWarning, Severity } from "./warn.js";
