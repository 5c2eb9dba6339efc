// Errors are data first: classes, codes, both languages, JSON; the language comes from the environment or from setLocale.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { errorOf } from "../support/errors.js";

const VARIABLES = ["TORCHLET_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];
const before = VARIABLES.map((name) => process.env[name]);

beforeEach(() => {
  for (const name of VARIABLES) delete process.env[name];
});
afterEach(() => {
  torch.setLocale(null);
  VARIABLES.forEach((name, i) => {
    if (before[i] === undefined) delete process.env[name];
    else process.env[name] = before[i];
  });
});

const F = torch.nn.functional;
/** One error of each kind: its class, its code, and its texts. */
const ERRORS: [string, () => unknown, typeof torch.TorchletError, string, string][] = [
  [
    "matmul-shapes",
    () => torch.zeros([2, 3]).mm(torch.zeros([2, 3]) as torch.Tensor),
    torch.ShapeError,
    "mm: shapes [2, 3] and [2, 3] do not multiply: the first has 3 columns, the second 2 rows",
    "mm: 形状 [2, 3] 与 [2, 3] 无法相乘：前者有 3 列，后者有 2 行",
  ],
  [
    "broadcast",
    () => torch.zeros(2, 3).add(torch.zeros(2)),
    torch.ShapeError,
    "add: shapes [2, 3] and [2] do not broadcast: sizes 3 and 2 of dimension -1 differ and neither is 1",
    "add: 形状 [2, 3] 与 [2] 无法广播：倒数第 1 维的大小 3 与 2 不同，且都不为 1",
  ],
  [
    "default-dtype",
    () => torch.setDefaultDtype(torch.bool),
    torch.DTypeError,
    "setDefaultDtype: the type must be floating-point, got torch.bool",
    "setDefaultDtype: 类型必须是浮点类型，得到的是 torch.bool",
  ],
  [
    "index-range",
    () => torch.zeros(3).select(0, 3),
    torch.IndexError,
    "select: index 3 is out of bounds for dimension 0 with size 3",
    "select: 索引 3 超出第 0 维的大小 3",
  ],
  [
    "class-range",
    () => F.crossEntropy(torch.zeros(1, 3), torch.tensor([3])),
    torch.IndexError,
    "crossEntropy: class 3 is out of bounds for 3 classes",
    "crossEntropy: 类别 3 超出范围，共 3 类",
  ],
  [
    "loss-reduction",
    () => F.mseLoss(torch.zeros(1), torch.zeros(1), { reduction: "avg" as never }),
    torch.ValueError,
    'mseLoss: reduction must be "none", "mean" or "sum", got "avg"',
    'mseLoss: reduction 必须是 "none"、"mean" 或 "sum"，得到的是 "avg"',
  ],
  [
    "grad-implicit",
    () => torch.ones(2, { requiresGrad: true }).mul(2).backward(),
    torch.AutogradError,
    "backward: grad can be implicitly created only for scalar outputs, this one has shape [2]; call sum() or mean() first, or pass a gradient of the same shape",
    "backward: 只有标量输出才能隐式创建梯度，此张量形状为 [2]; 请先调用 sum() 或 mean()，或传入同形状的 gradient",
  ],
  [
    "in-place-leaf",
    () => torch.ones(2, { requiresGrad: true }).add_(1),
    torch.AutogradError,
    "add_: a leaf tensor that requires a gradient is being changed by an in-place operation; do it inside torch.noGrad(() => ...)",
    "add_: 需要梯度的叶子张量正被原地操作修改; 请在 torch.noGrad(() => ...) 中进行",
  ],
];

describe("errors", () => {
  it.each(ERRORS)("%s: class, code and both texts", (code, body, type, english, chinese) => {
    torch.setLocale("en");
    const error = errorOf(body);
    expect(error).toBeInstanceOf(type);
    expect(error).toBeInstanceOf(torch.TorchletError);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe(type.name);
    expect(error.code).toBe(code);
    expect(error.message).toBe(english);
    torch.setLocale("zh");
    const other = errorOf(body);
    expect(other.message).toBe(chinese);
    expect(other.code).toBe(code);
    // An error keeps the language it was made in, and both texts.
    expect(error.message).toBe(english);
    expect(english).toContain(other.rule.en);
  });

  it("are plain data for logs", () => {
    torch.setLocale("en");
    const error = errorOf(() => torch.zeros(3).select(0, 3));
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: "IndexError",
      code: "index-range",
      path: "select",
      expected: [-3, 2],
      received: 3,
      rule: {
        en: "index 3 is out of bounds for dimension 0 with size 3",
        zh: "索引 3 超出第 0 维的大小 3",
      },
      message: "select: index 3 is out of bounds for dimension 0 with size 3",
    });
  });
});

describe("the language", () => {
  it("follows the environment as POSIX programs do, TORCHLET_LANG first", () => {
    expect(torch.getLocale()).toBe("en");
    process.env["LANG"] = "zh_CN.UTF-8";
    expect(torch.getLocale()).toBe("zh");
    process.env["LC_MESSAGES"] = "de_DE.UTF-8";
    expect(torch.getLocale()).toBe("en");
    process.env["LC_ALL"] = "zh_TW.UTF-8";
    expect(torch.getLocale()).toBe("zh");
    process.env["TORCHLET_LANG"] = "en";
    expect(torch.getLocale()).toBe("en");
    torch.setLocale("zh");
    expect(torch.getLocale()).toBe("zh");
    torch.setLocale(null);
    expect(torch.getLocale()).toBe("en");
  });

  it("is one of two", () => {
    expect(() => torch.setLocale("fr" as never)).toThrow(/"en", "zh" or null, got "fr"/);
  });
});
