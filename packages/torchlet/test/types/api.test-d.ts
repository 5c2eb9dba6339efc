// The public types: nothing is `any`, results have the types that they have, wrong calls do not compile. Checked by tsc.
import * as torch from "../../src/index.js";

const { nn } = torch;
const F = nn.functional;

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type IsAny<T> = 0 extends 1 & T ? true : false;
function holds<_Condition extends true>(): void {}

// A Sequential remembers its modules.
const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10));
holds<Equal<(typeof net)[0], torch.nn.Flatten>>();
const weight: torch.nn.Parameter = net[1].weight;
const bias: torch.nn.Parameter | null = net[3].bias;
const sizes: readonly number[] = net[1].weight.shape;
// @ts-expect-error a Flatten has no weight
net[0].weight;
// @ts-expect-error there is no fifth module
net[4].weight;
const nested = new nn.Sequential(new nn.Sequential(new nn.Linear(2, 3)), new nn.ReLU());
holds<Equal<typeof nested extends { 0: { 0: { weight: infer W } } } ? W : never, torch.nn.Parameter>>();

// Modules are functions of tensors, with the class's own attributes.
class Net extends nn.Module {
  hidden = new nn.Linear(4, 3);
  override forward(x: torch.Tensor): torch.Tensor {
    return this.hidden(x).relu();
  }
}
const model = new Net();
const output: torch.Tensor = model(torch.ones(2, 4));
holds<Equal<IsAny<ReturnType<typeof model>>, false>>();
// @ts-expect-error a number is no tensor
model(3);
const forward: (x: torch.Tensor) => torch.Tensor = model;

// Tensors.
const x = torch.tensor(
  [
    [1, 2],
    [3, 4],
  ],
  { dtype: torch.float32, requiresGrad: true },
);
const [values, indices]: [torch.Tensor, torch.Tensor] = x.max(1);
const largest: torch.Tensor = x.max();
const either: torch.Tensor = x.max(torch.ones(2));
const chained: torch.Tensor = x.add(1).mul(x).sum(0, { keepdim: true }).sqrt().reshape(-1).t();
const number: number = x.sum().item();
const list: torch.NestedNumbers = x.tolist();
const array: torch.TypedArray = x.toTypedArray();
const gradient: torch.Tensor | null = x.grad;
const parts: torch.Tensor[] = x.split(1);
const gradients: (torch.Tensor | null)[] = torch.autograd.grad(x.sum(), x);
holds<Equal<IsAny<ReturnType<typeof x.matmul>>, false>>();
holds<Equal<IsAny<ReturnType<typeof x.index>>, false>>();
holds<Equal<IsAny<ReturnType<typeof torch.where>>, false>>();
// @ts-expect-error there is no such method
x.addd(1);
// @ts-expect-error a string is no operand
x.add("1");
// @ts-expect-error the shape cannot be changed
x.shape[0] = 3;
// @ts-expect-error nor the tensor's type
x.dtype = torch.float64;
// @ts-expect-error values must be numbers
torch.tensor(["1"]);

// noGrad returns what its body returns.
holds<Equal<ReturnType<typeof torch.noGrad<number>>, number>>();
const text: string = torch.noGrad(() => "text");
const later: Promise<number> = torch.noGrad(async () => 1);

// Options are checked.
const loss: torch.Tensor = F.crossEntropy(x, torch.tensor([0, 1]), { reduction: "none", labelSmoothing: 0.1 });
// @ts-expect-error an unknown reduction
F.crossEntropy(x, x, { reduction: "avg" });
// @ts-expect-error an unknown option
new nn.Linear(1, 1, { biass: false });
// @ts-expect-error an unknown nonlinearity
nn.init.calculateGain("swish");
const optimizer = new torch.optim.SGD([{ params: net.parameters(), lr: 0.1 }, { params: [weight] }], {
  lr: 0.2,
  momentum: 0.9,
});
const rate: number = optimizer.paramGroups[0]!.lr;
const momentum: number = optimizer.paramGroups[0]!.momentum;
// @ts-expect-error an unknown setting
new torch.optim.SGD(net.parameters(), { learningRate: 0.1 });

// Data: a loader gives what its data set makes.
const { DataLoader, Dataset, TensorDataset } = torch.utils.data;
for (const [features, labels] of new DataLoader(new TensorDataset(x, x), { batchSize: 2 })) {
  holds<Equal<typeof features, torch.Tensor>>();
  holds<Equal<typeof labels, torch.Tensor>>();
}
class Words extends Dataset<string, string[]> {
  override get length(): number {
    return 1;
  }
  override getItem(_index: number): string {
    return "word";
  }
}
for (const batch of new DataLoader(new Words(), { collateFn: (words) => words.map((w) => w.toUpperCase()) })) {
  holds<Equal<typeof batch, string[]>>();
}

// Errors carry their data.
const error = new torch.ShapeError("code", { rule: { en: "", zh: "" } });
const code: string = error.code;
// @ts-expect-error both languages are needed
new torch.ShapeError("code", { rule: { en: "" } });

export const used = [
  ...[bias, sizes, output, forward, values, indices, largest, either, chained, number, list, array, gradient, parts],
  ...[gradients, text, later, loss, rate, momentum, code],
];
