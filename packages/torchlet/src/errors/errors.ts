// The errors that torchlet throws: data first (class, code, path, expected, received, hint), text made from them.
import { type Localized, localize } from "./locale.js";

/** What an error is made of. */
export interface ErrorDetails {
  /** Who complains: a function (`matmul`), a layer (`net.2 (Linear 128 -> 10)`), a file. */
  readonly path?: string;
  /** The rule that was broken, as one clause: `the last dimension must be 128, got 784`. */
  readonly rule: Localized;
  /** What was allowed. */
  readonly expected?: unknown;
  /** What came instead. */
  readonly received?: unknown;
  /** What to do about it. */
  readonly hint?: Localized;
  /** The error underneath, where there is one. */
  readonly cause?: unknown;
}

/**
 * The base of every error that torchlet throws on purpose.
 *
 * `message` is made from the data in the language in use when the error is created:
 * `path: rule; hint`.
 */
export class TorchletError extends Error {
  /** A stable identifier of the rule, such as `"matmul-inner-dimension"`. */
  readonly code: string;
  /** Who complains: a function, a layer's path, a file. */
  readonly path: string | undefined;
  readonly expected: unknown;
  readonly received: unknown;
  readonly rule: Localized;
  readonly hint: Localized | undefined;

  constructor(code: string, details: ErrorDetails) {
    const { path, rule, hint } = details;
    const head = path === undefined ? "" : `${path}: `;
    const tail = hint === undefined ? "" : `; ${localize(hint)}`;
    super(head + localize(rule) + tail, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.path = path;
    this.rule = rule;
    this.hint = hint;
    this.expected = details.expected;
    this.received = details.received;
  }

  /** The error as plain data, for logs and for other renderers. */
  toJSON(): Record<string, unknown> {
    const { name, code, path, expected, received, rule, hint, message } = this;
    return { name, code, path, expected, received, rule, hint, message };
  }
}

/** Shapes that do not fit. */
export class ShapeError extends TorchletError {}
/** A data type that the operation does not take. */
export class DTypeError extends TorchletError {}
/** An index or a dimension outside its range. */
export class IndexError extends TorchletError {}
/** A value outside what the operation accepts. */
export class ValueError extends TorchletError {}
/** A use of the autograd graph that has no meaning. */
export class AutogradError extends TorchletError {}
/** A NaN or an infinity that anomaly detection found. */
export class AnomalyError extends AutogradError {}
/** A step that cannot be captured as a plan (`torch.compile`). */
export class CaptureError extends TorchletError {}
/** Data from outside (a file, a download, a checkpoint) that is not what it claims to be. */
export class DataError extends TorchletError {}
/** The machine under the engine lacks something that was asked for. */
export class EngineError extends TorchletError {}
