export {
  AnomalyError,
  AutogradError,
  CaptureError,
  DataError,
  DTypeError,
  EngineError,
  type ErrorDetails,
  IndexError,
  ShapeError,
  TorchletError,
  ValueError,
} from "./errors.js";
export { getLocale, type Locale, type Localized, localize, setLocale } from "./locale.js";
