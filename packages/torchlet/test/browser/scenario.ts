// What is computed in Node, in pages and in workers alike; everything it returns is plain data.
type Torch = typeof import("../../src/index.js");
type Tensor = import("../../src/index.js").Tensor;

/** The float32 bits of values, as one string of hexadecimal digits. */
function bits(values: Tensor): string {
  const { buffer, length } = Float32Array.from(values.toTypedArray());
  return Array.from(new Uint32Array(buffer, 0, length), (word) => word.toString(16).padStart(8, "0")).join(" ");
}

/** A sum of all bits in which every one of them counts (FNV-1a). */
function fingerprint(values: Tensor): string {
  const { buffer, length } = Float32Array.from(values.toTypedArray());
  let hash = 0x811c9dc5;
  for (const word of new Uint32Array(buffer, 0, length)) hash = Math.imul(hash ^ word, 0x01000193) >>> 0;
  return hash.toString(16);
}

/** Trains a multilayer perceptron with two optimizers, large enough that threads share the work: losses and weights. */
export function training(torch: Torch): string[] {
  const { nn } = torch;
  torch.manualSeed(0);
  const X = torch.randn(256, 784);
  const y = torch.randint(10, [256]);
  const net = new nn.Sequential(new nn.Linear(784, 256), new nn.ReLU(), new nn.Dropout(0.2), new nn.Linear(256, 10));
  const loss = new nn.CrossEntropyLoss();
  const optimizers = [
    new torch.optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9 }),
    new torch.optim.Adam(net.parameters()),
  ];
  const trace: string[] = [];
  for (const optimizer of optimizers) {
    for (let step = 0; step < 5; step++) {
      optimizer.zeroGrad();
      const l = loss(net(X), y);
      l.backward();
      optimizer.step();
      trace.push(bits(l.detach()));
    }
  }
  for (const parameter of net.parameters()) trace.push(fingerprint(parameter.detach()));
  return trace;
}

/** The texts of a mistake in a layer of a network, and of a network. */
export function texts(torch: Torch): Record<string, string> {
  const { nn } = torch;
  torch.setLocale("en");
  const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 128), new nn.ReLU(), new nn.Linear(128, 10));
  const caught = (body: () => unknown): string => {
    try {
      body();
    } catch (error) {
      return String(error);
    }
    return "nothing was thrown";
  };
  return {
    net: String(net),
    optimizer: String(new torch.optim.SGD(net.parameters(), { lr: 0.1 })),
    layer: caught(() => net(torch.zeros(2, 100))),
    product: caught(() => (torch.zeros(2, 3) as Tensor).matmul(torch.zeros(4, 5) as Tensor)),
    threads: caught(() => torch.setNumThreads(0)),
    tensor: String(
      torch.tensor([
        [1, 2.5],
        [-3, 1e-3],
      ]),
    ),
  };
}

/** Values leave engine memory as ordinary arrays, which a page's interfaces take, and models as bytes. */
export function leaving(torch: Torch): Record<string, unknown> {
  torch.manualSeed(1);
  const net = new torch.nn.Linear(3, 2);
  const file = torch.safetensors.save(net.stateDict());
  const loaded = torch.safetensors.load(file);
  const shared = typeof SharedArrayBuffer !== "undefined";
  const model = torch.onnx.export(new torch.nn.Sequential(net, new torch.nn.ReLU()), torch.zeros(1, 3));
  return {
    shared: shared && [net.weight.toTypedArray(), file, model].some((view) => view.buffer instanceof SharedArrayBuffer),
    file: fingerprint(torch.tensor(file, { dtype: torch.float32 })),
    model: fingerprint(torch.tensor(model, { dtype: torch.float32 })),
    same: bits(loaded["weight"]!) === bits(net.weight.detach()),
  };
}

/** Memory after a synchronous loop, and how it grew over its last nine tenths. */
export function looping(torch: Torch, steps: number): { growth: number; wasmGrowth: number; finite: boolean } {
  const { nn } = torch;
  torch.manualSeed(2);
  const X = torch.randn(10, 20);
  const y = torch.randn(10, 1);
  const net = new nn.Sequential(new nn.Linear(20, 16), new nn.ReLU(), new nn.Linear(16, 1));
  const loss = new nn.MSELoss();
  const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.01 });
  let last = Number.NaN;
  let before = { engine: 0, wasm: 0 };
  const now = () => ({ engine: torch.memory().engine, wasm: torch.engineInfo().memoryBytes });
  for (let step = 0; step < steps; step++) {
    if (step === steps / 10) before = now();
    optimizer.zeroGrad();
    const l = loss(net(X), y);
    l.backward();
    optimizer.step();
    last = l.item();
  }
  const after = now();
  return { growth: after.engine - before.engine, wasmGrowth: after.wasm - before.wasm, finite: Number.isFinite(last) };
}

/** Operands that engine memory has no room for at the start: it grows, and nothing is lost. */
export function growing(torch: Torch): { grown: boolean; values: number[] } {
  const before = torch.engineInfo().memoryBytes;
  const count = 8 * 2 ** 20;
  const x = torch.ones(count);
  const y = x.mul(2);
  const z = x.add(y);
  const values = [x, y, z].map((tensor) => tensor.sum().item() / count);
  return { grown: torch.engineInfo().memoryBytes > before, values };
}

/** Runs large products until threads take their shares, or for this long. */
export async function awaitThreads(torch: Torch, shared: () => number, milliseconds: number): Promise<boolean> {
  const a = torch.ones(512, 512);
  const end = performance.now() + milliseconds;
  const before = shared();
  while (performance.now() < end) {
    const corner = a.matmul(a).max().item();
    if (corner !== 512) throw new Error(`a product of ones gave ${corner}`);
    if (shared() > before) return true;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return false;
}
