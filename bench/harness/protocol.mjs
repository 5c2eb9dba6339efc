// What both ends of the pipes agree on.

/** Begins the lines that are answers; whatever else a library prints is ignored. */
export const mark = "@bench ";
