// A test set that counts its uses: the first one is an estimate, later ones are choosing.
import { userLine } from "../compile/user-line.js";
import { fingerprint } from "./equal-rows.js";
import { problem } from "./problem.js";
import type { Samples } from "./samples.js";
import { complain, type OnWarning, type Severity } from "./warn.js";

/** One use of a test set. */
export interface TestSetUse {
  /** `file:line:column` of the program, where the stack shows it. */
  readonly line: string | undefined;
  readonly label: string | undefined;
}

/** Options of `TestSet`. */
export interface TestSetOptions {
  /** What happens from the second use on. Default: "warn". */
  readonly onReuse?: Severity;
  /** Whether sets with the same values are one set, wherever they were made. Default: "object", each counts for itself. */
  readonly identity?: "object" | "content";
  /** How it is called in warnings. Default: "test set". */
  readonly name?: string;
  readonly onWarning?: OnWarning;
}

/** The uses of sets by their content. */
const usesOfContent = new Map<string, TestSetUse[]>();

/**
 * Holds test samples, and counts how often they are used.
 *
 * An estimate on samples that had no say in any choice is unbiased. Who looks twice, and keeps what did better, has
 * chosen by them: the second use is told about, with the lines of all uses.
 *
 * @example
 * const testSet = new torch.selection.TestSet([XTest, yTest]);
 * const error = testSet.evaluate(([X, y]) => nn.functional.mseLoss(net(X), y).item());
 */
export class TestSet<D> {
  private readonly held: D;
  private readonly counted: TestSetUse[];
  private readonly options: TestSetOptions;

  constructor(data: D, options: TestSetOptions = {}) {
    this.held = data;
    this.options = options;
    this.counted = options.identity === "content" ? usesByContent(data) : [];
  }

  /** The uses so far. */
  get uses(): readonly TestSetUse[] {
    return [...this.counted];
  }

  /**
   * Runs a function on the samples; counts as one use.
   *
   * @param body what to compute, such as a loss
   * @param options a label that warnings name
   * @returns what the function returns
   * @throws ValueError from the second use on, where `onReuse` is "throw"
   */
  evaluate<R>(body: (data: D) => R, options: { readonly label?: string } = {}): R {
    return body(this.use(options));
  }

  /** The samples; counts as one use. */
  use(options: { readonly label?: string } = {}): D {
    const use: TestSetUse = { line: userLine(), label: options.label };
    const before = this.counted;
    if (before.length > 0) {
      const { onReuse = "warn", name = "test set", onWarning } = this.options;
      const times = before.length + 1;
      const places = [...before, use].map(placeOf);
      const more = places.length > 4 ? [...places.slice(0, 2), "...", places.at(-1)!] : places;
      complain(
        onReuse,
        problem(
          "test-set-reuse",
          name,
          `used ${times} times (${more.join("; ")}): an estimate by which something was chosen is optimistic`,
          `已使用 ${times} 次（${more.join("；")}）：若据此作过选择，估计就偏乐观`,
          {
            expected: 1,
            received: [...before, use],
            hint: {
              en: "choose on a validation set or by cross-validation, and test once at the end",
              zh: "请用验证集或交叉验证来选择，最后只测试一次",
            },
          },
        ),
        onWarning,
      );
    }
    this.counted.push(use);
    return this.held;
  }
}

function placeOf(use: TestSetUse): string {
  return [use.label, use.line ?? "?"].filter((text) => text !== undefined).join(" ");
}

function usesByContent(data: unknown): TestSetUse[] {
  const key = fingerprint(data as Samples);
  if (key === null) {
    throw problem(
      "test-set-content",
      "TestSet",
      "the content of this data set cannot be compared",
      "无法比较此数据集的内容",
      { hint: { en: 'leave out identity: "content"', zh: '请去掉 identity: "content"' } },
    );
  }
  const known = usesOfContent.get(key) ?? [];
  usesOfContent.set(key, known);
  return known;
}
