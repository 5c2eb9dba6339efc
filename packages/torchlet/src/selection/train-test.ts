// One split into two parts, or into three: training, validation, test.
import type { Dataset, Subset } from "../data/index.js";
import { Tensor } from "../tensor/tensor.js";
import { checkDisjoint, type Duplicate } from "./disjoint.js";
import { problem } from "./problem.js";
import { generatorOf, permutation, type RandomSource, shuffled } from "./random.js";
import { checkLength, countOf, encode, isColumns, type Labels, type Samples, takeSamples } from "./samples.js";
import {
  checkStrata,
  drawStrata,
  type PartSizeOptions,
  resolveSizes,
  ShuffleSplit,
  StratifiedShuffleSplit,
} from "./shuffle-split.js";
import { checkEnough, GROUPS } from "./splitter.js";
import { classesOf, groupValues } from "./stratified.js";
import type { OnWarning, Severity } from "./warn.js";

/** Options of `trainTestSplit`. */
export interface TrainTestSplitOptions extends PartSizeOptions, RandomSource {
  /** Whether samples are drawn at random; else the last ones are the test part. Default: true. */
  readonly shuffle?: boolean;
  /** Classes whose proportion both parts shall have. Default: none. */
  readonly stratify?: Labels | null;
}

const OPTION_NAMES = new Set(["testSize", "trainSize", "shuffle", "stratify", "seed", "generator"]);

/** Options rather than columns: every name in it is an option's. */
function isOptions(value: Samples | TrainTestSplitOptions | undefined): value is TrainTestSplitOptions {
  return isColumns(value) && Object.keys(value).every((name) => OPTION_NAMES.has(name));
}

/**
 * Splits samples into a training and a test part. As scikit-learn's `train_test_split`.
 *
 * @param args samples of one length, then options (`testSize` 0.25 unless given)
 * @returns for each, its training and its test part
 * @throws ValueError for lengths that differ and sizes that do not fit
 *
 * @example
 * const [XTrain, XTest, yTrain, yTest] = torch.selection.trainTestSplit(X, y, { testSize: 0.2, stratify: y, seed: 0 });
 */
export function trainTestSplit<A extends Samples>(a: A, options?: TrainTestSplitOptions): [A, A];
export function trainTestSplit<A extends Samples, B extends Samples>(
  a: A,
  b: B,
  options?: TrainTestSplitOptions,
): [A, A, B, B];
export function trainTestSplit<A extends Samples, B extends Samples, C extends Samples>(
  a: A,
  b: B,
  c: C,
  options?: TrainTestSplitOptions,
): [A, A, B, B, C, C];
export function trainTestSplit(...args: readonly (Samples | TrainTestSplitOptions | undefined)[]): Samples[] {
  const who = "trainTestSplit";
  const options = args.findLast(isOptions) ?? {};
  const samples = args.filter((part): part is Samples => part !== undefined && !isOptions(part));
  if (samples.length === 0) throw problem("samples-missing", who, "there is nothing to split", "没有可划分的样本");
  const n = countOf(who, samples[0]!);
  samples.forEach((part, i) => {
    checkLength(who, `argument ${i}`, part, n);
  });
  const { shuffle = true, stratify = null } = options;
  const { train, test } = shuffle ? drawTwo(n, stratify, options) : lastSamples(n, options);
  return samples.flatMap((part) => [takeSamples(part, train), takeSamples(part, test)]);
}

function drawTwo(n: number, stratify: Labels | null, options: TrainTestSplitOptions) {
  const { testSize = null, trainSize = null, seed, generator } = options;
  const sizes = { testSize: testSize === null && trainSize === null ? 0.25 : testSize, trainSize, seed, generator };
  const splitter = stratify === null ? new ShuffleSplit(1, sizes) : new StratifiedShuffleSplit(1, sizes);
  return splitter.split(n, stratify).next().value!;
}

function lastSamples(n: number, options: TrainTestSplitOptions) {
  if ((options.stratify ?? null) !== null) {
    throw problem(
      "stratify-without-shuffle",
      "trainTestSplit",
      "a stratified split is drawn at random, shuffle must not be false",
      "分层划分是随机抽取的，shuffle 不能为 false",
    );
  }
  const sizes = resolveSizes("trainTestSplit", n, options, 0.25);
  const all = Array.from({ length: n }, (_, i) => i);
  return { train: all.slice(0, sizes.train), test: all.slice(sizes.train, sizes.train + sizes.test) };
}

/** Something for each of the three parts. */
export interface Parts<T> {
  readonly train: T;
  readonly validation: T;
  readonly test: T;
}

/** What `trainValidationTestSplit` returns: the parts, the indices they are made of, samples that are equal across parts. */
export interface ThreeParts<T> extends Parts<T> {
  readonly indices: Parts<readonly number[]>;
  readonly duplicates: readonly Duplicate[];
}

/** Options of `trainValidationTestSplit`. */
export interface ThreePartOptions extends RandomSource {
  /** Fractions that add up to 1; validation and test are rounded up. Default: 0.6, 0.2, 0.2. */
  readonly fractions?: Parts<number>;
  /** Numbers of samples that add up to all of them. Default: what `fractions` says. */
  readonly sizes?: Parts<number>;
  /** Classes whose proportion all parts shall have. Default: none. */
  readonly stratify?: Labels | null;
  /** Samples of one group stay in one part; sizes are met as nearly as groups allow. Default: none. */
  readonly groups?: Labels | null;
  /** What happens where equal samples end up in different parts. Default: "warn". */
  readonly onDuplicates?: Severity;
  readonly onWarning?: OnWarning;
}

/**
 * Splits samples at random into a part to learn from, one to choose by, and one to test on once.
 *
 * No sample is ever in two parts; samples that are equal in different parts are told about (`checkDisjoint`).
 *
 * @param data the number of samples, a data set, or a list of samples of one length such as `[X, y]`
 * @returns the three parts: indices, subsets, or lists like `data`
 * @throws ValueError for sizes that do not add up or leave a part empty
 *
 * @example
 * const { train, validation, test } = torch.selection.trainValidationTestSplit([X, y], { stratify: y, seed: 0 });
 * const [XTrain, yTrain] = train;
 */
export function trainValidationTestSplit(data: number, options?: ThreePartOptions): ThreeParts<readonly number[]>;
export function trainValidationTestSplit<Sample, Batch>(
  data: Dataset<Sample, Batch>,
  options?: ThreePartOptions,
): ThreeParts<Subset<Sample, Batch>>;
export function trainValidationTestSplit<const A extends readonly Samples[]>(
  data: A,
  options?: ThreePartOptions,
): ThreeParts<{ -readonly [K in keyof A]: A[K] }>;
export function trainValidationTestSplit(
  data: number | Dataset<unknown, unknown> | readonly Samples[],
  options: ThreePartOptions = {},
): ThreeParts<unknown> {
  const who = "trainValidationTestSplit";
  const lists = Array.isArray(data) ? (data as readonly Samples[]) : null;
  if (data instanceof Tensor || isColumns(data)) {
    throw problem(
      "samples-missing",
      who,
      "a list of samples is needed: trainValidationTestSplit([X, y], options)",
      "需要样本列表：trainValidationTestSplit([X, y], options)",
    );
  }
  const n = countOf(who, lists === null ? (data as number | Dataset<unknown, unknown>) : lists[0]!);
  lists?.forEach((part, i) => {
    checkLength(who, `argument ${i}`, part, n);
  });
  const indices = drawThree(n, threeSizes(n, options), options);
  const samples = lists === null ? (typeof data === "number" ? null : (data as Samples)) : lists[0]!;
  const { onDuplicates, onWarning } = options;
  const duplicates = checkDisjoint({ ...indices }, { data: samples, onDuplicates, onWarning });
  const take = (part: readonly number[]): unknown => {
    if (lists !== null) return lists.map((list) => takeSamples(list, part));
    return samples === null ? part : takeSamples(samples, part);
  };
  const { train, validation, test } = indices;
  return { train: take(train), validation: take(validation), test: take(test), indices, duplicates };
}

function threeSizes(n: number, options: ThreePartOptions): Parts<number> {
  const who = "trainValidationTestSplit";
  const { sizes, fractions = { train: 0.6, validation: 0.2, test: 0.2 } } = options;
  const asked = sizes ?? fractions;
  const { train, validation, test } = asked;
  const total = sizes === undefined ? 1 : n;
  const sum = train + validation + test;
  if (!(Math.abs(sum - total) < 1e-9) || Math.min(train, validation, test) < 0) {
    throw problem(
      "split-lengths",
      who,
      `the ${sizes === undefined ? "fractions" : "sizes"} must add up to ${total}, got ${sum}`,
      `${sizes === undefined ? "比例" : "大小"}之和必须为 ${total}，得到的是 ${sum}`,
      { expected: total, received: asked },
    );
  }
  const up = (fraction: number) => (sizes === undefined ? Math.ceil(fraction * n - 1e-9) : fraction);
  const counts = { validation: up(validation), test: up(test) };
  const result = { train: n - counts.validation - counts.test, ...counts };
  if (Math.min(result.train, result.validation, result.test) >= 1 && Object.values(result).every(Number.isInteger)) {
    return result;
  }
  throw problem(
    "part-size",
    who,
    `each part needs a whole number of samples, at least 1; of ${n} samples these would be ${Object.values(result).join(", ")}`,
    `每一部分都需要至少 1 个样本且为整数；${n} 个样本将分成 ${Object.values(result).join("、")}`,
    { received: result },
  );
}

function drawThree(n: number, sizes: Parts<number>, options: ThreePartOptions): Parts<readonly number[]> {
  const who = "trainValidationTestSplit";
  const { stratify = null, groups = null } = options;
  if (stratify !== null && groups !== null) {
    throw problem(
      "stratify-and-groups",
      who,
      "stratify and groups cannot be had at once",
      "不能同时使用 stratify 与 groups",
      { hint: { en: "use StratifiedGroupKFold", zh: "请使用 StratifiedGroupKFold" } },
    );
  }
  const generator = generatorOf(who, options);
  const wanted = [sizes.train, sizes.validation, sizes.test];
  if (groups !== null) {
    const { codes, kinds, counts } = encode(groupValues(who, groups, n), "ascending");
    checkEnough(who, 3, kinds.length, GROUPS);
    // Large groups first, each into the part that lacks most.
    const order = shuffled([...kinds.keys()], generator).sort((a, b) => counts[b]! - counts[a]!);
    const partOf: number[] = [];
    const lacks = [...wanted];
    const empty = new Set([0, 1, 2]);
    order.forEach((g, i) => {
      // The last groups go to parts that have none yet.
      const open = order.length - i <= empty.size ? [...empty] : [0, 1, 2];
      const part = open.reduce((best, p) => (lacks[p]! > lacks[best]! ? p : best));
      partOf[g] = part;
      lacks[part]! -= counts[g]!;
      empty.delete(part);
    });
    const where = (part: number) => [...codes.keys()].filter((i) => partOf[codes[i]!] === part);
    return { train: where(0), validation: where(1), test: where(2) };
  }
  if (stratify !== null) {
    const { codes, counts } = encode(classesOf(who, stratify, n));
    checkStrata(who, counts, wanted);
    const [test, validation, train] = drawStrata(codes, counts, [sizes.test, sizes.validation, sizes.train], generator);
    return { train: train!, validation: validation!, test: test! };
  }
  const order = permutation(n, generator);
  return {
    train: order.slice(0, sizes.train),
    validation: order.slice(sizes.train, sizes.train + sizes.validation),
    test: order.slice(sizes.train + sizes.validation),
  };
}
