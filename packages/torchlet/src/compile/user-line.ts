// The line of the user's program that is running: the first one on the stack outside this package.

const OWN = /[/\\]torchlet[/\\](dist|src)[/\\]/;

/** `file:line:column`, or undefined where the stack does not show it. */
export function userLine(): string | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const { stack } = new Error("where");
  Error.stackTraceLimit = stackTraceLimit;
  for (const line of stack?.split("\n").slice(1) ?? []) {
    const place =
      /\(?((?:file|https?|webpack|node):[^\s)]+:\d+:\d+|\/[^\s)]+:\d+:\d+|[A-Za-z]:\\[^\s)]+:\d+:\d+)\)?$/.exec(
        line,
      )?.[1];
    if (place !== undefined && !place.startsWith("node:") && !OWN.test(place)) return place.replace(/^file:\/\//, "");
  }
  return undefined;
}
