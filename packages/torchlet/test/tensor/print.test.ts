// Printed tensors, byte for byte as PyTorch prints them.
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { decodeTensor, dtypes, fixture, type Recorded } from "../support/cases.js";

type Recipe = [
  count: number,
  shape: number[],
  divisor: number,
  dtype: torch.DTypeName,
  grad: boolean,
  transposed: boolean,
];
type Row =
  | { kind: "values"; tensor: Recorded; text: string }
  | { kind: "range"; recipe: Recipe; text: string }
  | { kind: "node"; code: string; name: string };

const rows = fixture<Row>("print");

/** 0, 1, 2, ... divided, in a type and a shape. */
function range([count, shape, divisor, dtype, grad, transposed]: Recipe): torch.Tensor {
  const x = torch.arange(count, { dtype: torch.float64 }).div(divisor).to(dtypes[dtype]).reshape(shape);
  return (transposed ? x.t() : x).requiresGrad_(grad);
}

describe("values", () => {
  it.each(rows.filter((row) => row.kind === "values").map((row) => [row.text, row.tensor] as const))(
    "%s",
    (text, tensor) => {
      expect(String(decodeTensor(tensor))).toBe(text);
    },
  );
});

describe("shapes, long tensors, suffixes", () => {
  it.each(rows.filter((row) => row.kind === "range").map((row) => [JSON.stringify(row.recipe), row] as const))(
    "%s",
    (_, row) => {
      expect(String(range(row.recipe))).toBe(row.text);
    },
  );

  it("says where a tensor comes from", () => {
    const x = torch.tensor([1.5, 2], { requiresGrad: true });
    expect(String(x.mul(2))).toBe("tensor([3., 4.], grad_fn=<MulBackward0>)");
    expect(String(x.mul(2).sum())).toBe("tensor(7., grad_fn=<SumBackward0>)");
    expect(String(x.detach())).toBe("tensor([1.5000, 2.0000])");
    expect(String(x.double().mul(1))).toBe("tensor([1.5000, 2.0000], dtype=torch.float64, grad_fn=<MulBackward0>)");
    expect(String(new torch.nn.Parameter(torch.ones(2)))).toBe(
      "Parameter containing:\ntensor([1., 1.], requires_grad=True)",
    );
    expect(String(new torch.nn.Parameter(torch.zeros(2, 2), false))).toBe(
      "Parameter containing:\ntensor([[0., 0.],\n        [0., 0.]])",
    );
  });

  it("breaks the line before a suffix that does not fit", () => {
    const x = torch.arange(9, { dtype: torch.float64, requiresGrad: true });
    // From PyTorch: print(torch.arange(9., dtype=torch.float64, requires_grad=True).exp())
    expect(String(x.exp())).toBe(
      "tensor([1.0000e+00, 2.7183e+00, 7.3891e+00, 2.0086e+01, 5.4598e+01, 1.4841e+02,\n" +
        "        4.0343e+02, 1.0966e+03, 2.9810e+03], dtype=torch.float64,\n" +
        "       grad_fn=<ExpBackward0>)",
    );
  });

  it("looks the same in a console", () => {
    expect(inspect(torch.tensor([1, 2]))).toBe("tensor([1, 2])");
    expect(`${torch.tensor([true])}`).toBe("tensor([True])");
  });
});

describe("names of operations", () => {
  const x = torch.tensor(
    [
      [1, 2],
      [3, 4],
    ],
    { dtype: torch.float32, requiresGrad: true },
  );
  const y = torch.tensor(
    [
      [1, 0.5],
      [2, 1],
    ],
    { requiresGrad: true },
  );
  const F = torch.nn.functional;
  const classes = torch.zeros(2, { dtype: torch.int32 });
  /** The recorded Python expressions, as expressions here. */
  const calls: Record<string, () => torch.Tensor> = {
    "x + y": () => x.add(y),
    "x - y": () => x.sub(y),
    "x * y": () => x.mul(y),
    "x / y": () => x.div(y),
    "x ** 2": () => x.pow(2),
    "x ** y": () => x.pow(y),
    "-x": () => x.neg(),
    "x.sum(0)": () => x.sum(0),
    "x.mean(1)": () => x.mean(1),
    "x.max(1).values": () => x.max(1)[0],
    "x.amax(1)": () => x.amax(1),
    "x.reshape(4)": () => x.reshape(4),
    "x.view(4)": () => x.view(4),
    "x.transpose(0, 1)": () => x.transpose(0, 1),
    "x.permute(1, 0)": () => x.permute(1, 0),
    "x.unsqueeze(0)": () => x.unsqueeze(0),
    "x.expand(3, 2, 2)": () => x.expand(3, 2, 2),
    "x[0]": () => x.index(0),
    "x[:, 1]": () => x.index(torch.slice(), 1),
    "x[:1]": () => x.index(torch.slice(0, 1)),
    "x[[0, 1]]": () => x.index([0, 1]),
    "x[x > 0]": () => x.index(x.gt(0)),
    "x.gather(1, torch.zeros(2, 2, dtype=torch.int64))": () => x.gather(1, torch.zeros(2, 2, { dtype: torch.int32 })),
    "x @ y": () => x.matmul(y),
    "x.mm(y)": () => x.mm(y),
    "x.unsqueeze(0).bmm(y.unsqueeze(0))": () => x.unsqueeze(0).bmm(y.unsqueeze(0)),
    "x.softmax(1)": () => x.softmax(1),
    "x.log_softmax(1)": () => x.logSoftmax(1),
    "torch.cat([x, y])": () => torch.cat([x, y]),
    "torch.stack([x, y])": () => torch.stack([x, y]),
    "torch.where(x > 0, x, y)": () => torch.where(x.gt(0), x, y),
    "x.clamp(0, 1)": () => x.clamp(0, 1),
    "torch.maximum(x, y)": () => torch.maximum(x, y),
    "F.mse_loss(x, y)": () => F.mseLoss(x, y),
    "F.cross_entropy(x, torch.zeros(2, dtype=torch.int64))": () => F.crossEntropy(x, classes),
    "F.linear(x, y, x[0])": () => F.linear(x, y, x.index(0)),
    "F.linear(x, y)": () => F.linear(x, y),
    "x.logsumexp(1)": () => x.logsumexp(1),
    "F.dropout(x, 0.5)": () => F.dropout(x, 0.5),
    "F.l1_loss(x, y)": () => F.l1Loss(x, y),
  };
  type Plain = "exp" | "log" | "sqrt" | "abs" | "relu" | "sigmoid" | "tanh" | "sum" | "mean" | "prod" | "var" | "std";
  type Other = "norm" | "t" | "flatten" | "squeeze" | "clone" | "double" | "square" | "max";

  it.each(rows.filter((row) => row.kind === "node").map((row) => [row.code, row.name] as const))(
    "%s is %s",
    (code, name) => {
      const method = /^x\.(\w+)\(\)$/.exec(code)?.[1] as Plain | Other | undefined;
      const call = calls[code] ?? (method === undefined ? undefined : () => x[method]());
      if (call === undefined) throw new Error(`no such expression: ${code}`);
      expect(call().gradFn?.name).toBe(name);
    },
  );
});

describe("setPrintoptions", () => {
  afterEach(() => torch.setPrintoptions({ precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80, sciMode: null }));

  it("changes what PyTorch's changes", () => {
    const x = torch.tensor([Math.PI, 100]);
    torch.setPrintoptions({ precision: 2 });
    expect(String(x)).toBe("tensor([  3.14, 100.00])");
    torch.setPrintoptions({ sciMode: true });
    expect(String(x)).toBe("tensor([3.14e+00, 1.00e+02])");
    torch.setPrintoptions({ sciMode: false, precision: 4 });
    expect(String(torch.tensor([1e-5, 1]))).toBe("tensor([0.0000, 1.0000])");
    torch.setPrintoptions({ threshold: 5, edgeitems: 1 });
    expect(String(torch.arange(9))).toBe("tensor([0,  ..., 8])");
    torch.setPrintoptions({ threshold: 1000, edgeitems: 3, linewidth: 20 });
    expect(String(torch.arange(9))).toBe("tensor([0, 1, 2, 3,\n        4, 5, 6, 7,\n        8])");
  });
});
