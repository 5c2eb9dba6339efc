// Devices: there is one.

/** Where tensors live. */
export interface Device {
  readonly type: "cpu";
  toString(): string;
}

const CPU: Device = { type: "cpu", toString: () => "cpu" };

/** The processor. */
export function cpu(): Device {
  return CPU;
}

/** How many graphics processors the engine can use. */
export function numGpus(): number {
  return 0;
}

/** The i-th graphics processor, or the processor where there is none. */
export function tryGpu(_i = 0): Device {
  return CPU;
}

/** All graphics processors, or the processor where there is none. */
export function tryAllGpus(): Device[] {
  return [CPU];
}
