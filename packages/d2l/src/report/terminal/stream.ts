// What a report needs of a terminal or a pipe, and what kind of one it is.
import type { ColorDepth } from "./paint.js";

/** `process.stdout`, `process.stderr`, or something that behaves like them. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  getColorDepth?(): number;
  on?(event: "resize", listener: () => void): unknown;
  off?(event: "resize", listener: () => void): unknown;
}

/** Whether the cursor can be moved about: a terminal, and not one that says that it is dumb. */
export function isLive(stream: TextStream): boolean {
  return stream.isTTY === true && process.env["TERM"] !== "dumb";
}

/** How many colours the stream shows: none in a pipe or where NO_COLOR is set. */
export function colorDepthOf(stream: TextStream): ColorDepth {
  if (stream.isTTY !== true || process.env["NO_COLOR"]) return 1;
  const depth = stream.getColorDepth?.() ?? 1;
  return depth >= 24 ? 24 : depth >= 8 ? 8 : depth >= 4 ? 4 : 1;
}
