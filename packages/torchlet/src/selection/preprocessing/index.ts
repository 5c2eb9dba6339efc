// Preprocessing that learns from the training part alone: what scikit-learn calls preprocessing, impute, pipeline, compose.
export { type ImputeStrategy, SimpleImputer, type SimpleImputerOptions } from "./imputer.js";
export { type Category, OneHotEncoder, type OneHotEncoderOptions } from "./one-hot-encoder.js";
export { type ColumnStep, ColumnTransformer, type ColumnTransformerOptions, Pipeline } from "./pipeline.js";
export { PolynomialFeatures, type PolynomialFeaturesOptions } from "./polynomial-features.js";
export { MinMaxScaler, type MinMaxScalerOptions, StandardScaler, type StandardScalerOptions } from "./scalers.js";
export type { Table } from "./table.js";
export {
  type Json,
  registerTransformer,
  Transformer,
  type TransformerJson,
  transformerFromJson,
} from "./transformer.js";
