// Warnings of this family: errors as data that are told instead of thrown.
import type { TorchletError } from "../errors/index.js";

/** Told about a warning. Default: `process.emitWarning` in Node, else `console.warn`. */
export type OnWarning = (warning: TorchletError) => void;

/** What happens where a rule of good measure is broken: told, refused, or neither. */
export type Severity = "warn" | "throw" | "allow";

/** Tells a warning. */
export function warn(warning: TorchletError, onWarning?: OnWarning): void {
  if (onWarning !== undefined) {
    onWarning(warning);
  } else if (typeof process !== "undefined" && typeof process.emitWarning === "function") {
    process.emitWarning(warning.message, { type: "TorchletWarning", code: warning.code });
  } else {
    console.warn(warning.message);
  }
}

/** Tells, throws or passes over. */
export function complain(severity: Severity, warning: TorchletError, onWarning?: OnWarning): void {
  switch (severity) {
    case "warn":
      warn(warning, onWarning);
      return;
    case "throw":
      throw warning;
    case "allow":
      return;
    default:
      severity satisfies never;
  }
}
