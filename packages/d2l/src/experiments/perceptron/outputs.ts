// F3: three kinds of output from one affine map: a class, a real number, probabilities.
import * as torch from "torchlet";
import { localize, nn } from "torchlet";
import { contours, decisionRegions, figureOf } from "../../visualize/index.js";
import type { Context } from "./claims.js";
import { perceptron, toBits, trainPerceptron } from "./train.js";

const centres = [
  [-1, -0.6],
  [1, -0.6],
  [0, 1.1],
];

export function outputs({ report, check }: Context): void {
  // Three clouds; for the perceptron and for linear regression: is it the third?
  const perClass = 40;
  const X = torch.cat(centres.map((c) => torch.rand(perClass, 2).mul(0.9).sub(0.45).add(torch.tensor(c))));
  const classes = torch.arange(3).repeatInterleave(perClass).to(torch.int32);
  const y = classes.eq(2).to(torch.float32).mul(2).sub(1);

  const plane = trainPerceptron(X, y);
  const A = torch.cat([X, torch.ones(X.shape[0]!, 1)], 1);
  const [w] = torch.linalg.lstsq(A, y);
  const regression = (P: torch.Tensor) => torch.cat([P, torch.ones(P.shape[0]!, 1)], 1).matmul(w);
  const net = new nn.Linear(2, 3);
  const loss = new nn.CrossEntropyLoss();
  const updater = new torch.optim.SGD(net.parameters(), { lr: 1 });
  for (let step = 0; step < 200; step++) {
    const l = loss(net(X), classes);
    updater.zeroGrad();
    l.backward();
    updater.step();
  }
  const softmax = (P: torch.Tensor) => torch.noGrad(() => torch.softmax(net(P), 1));

  const shown = { xlim: [-1.8, 1.8], ylim: [-1.4, 1.9], xlabel: "x1", ylabel: "x2" } as const;
  report.figure(
    figureOf(
      "outputs",
      [
        decisionRegions((P: torch.Tensor) => P.matmul(plane.w).add(plane.b), {
          ...{ points: X, labels: toBits(y), names: ["0", "1"], ...shown },
          title: localize({ en: "perceptron: 0 or 1", zh: "感知机：0 或 1" }),
        }),
        contours(regression, {
          ...shown,
          title: localize({ en: "linear regression: a number", zh: "线性回归：一个实数" }),
          label: localize({ en: "output", zh: "输出" }),
        }),
        contours((P) => softmax(P).select(1, 2), {
          ...shown,
          title: localize({ en: "softmax: a probability", zh: "softmax：一个概率" }),
          label: localize({ en: "P(third class)", zh: "P(第三类)" }),
        }),
      ],
      {
        panelSize: [3, 2.7],
        caption: localize({
          en: "Three clouds, and three kinds of output: is it the upper one?",
          zh: "三团点与三种输出：是不是上面那一团？",
        }),
      },
    ),
  );
  const samples = torch.tensor([...centres, [0, 0.2]]).to(torch.float32);
  const rows = [
    perceptron(samples, plane).tolist() as number[],
    regression(samples).tolist() as number[],
    ...(softmax(samples).t().tolist() as number[][]),
  ];
  report.table({
    caption: { en: "What the three say of four points", zh: "三者对四个点的输出" },
    columns: [
      { en: "point", zh: "点" },
      { en: "perceptron", zh: "感知机" },
      { en: "linear regression", zh: "线性回归" },
      ...[1, 2, 3].map((k) => ({ en: `softmax, class ${k}`, zh: `softmax，第 ${k} 类` })),
    ],
    rows: (samples.tolist() as number[][]).map((point, i) => [
      `(${point.map((v) => v.toFixed(1)).join(", ")})`,
      ...rows.map((values) => values[i]!),
    ]),
  });
  const fresh = torch.rand(1000, 2).mul(4).sub(2);
  const P = softmax(fresh);
  const least = P.min().item();
  const off = P.sum(1).sub(1).abs().max().item();
  check(
    "axioms",
    {
      en: `smallest ${least.toExponential(1)}, |sum - 1| ${off.toExponential(1)}`,
      zh: `最小值 ${least.toExponential(1)}，|和 - 1| ${off.toExponential(1)}`,
    },
    least >= 0 && off <= 1e-6,
  );
  const answers = new Set(perceptron(fresh, plane).tolist() as number[]).size;
  const numbers = new Set(regression(fresh).tolist() as number[]).size;
  const shape = P.shape.join(" x ");
  // Two of a thousand single-precision numbers may coincide.
  check(
    "kinds",
    { en: `${answers} values; ${numbers} values; ${shape}`, zh: `${answers} 种值；${numbers} 种值；${shape}` },
    answers === 2 && numbers > 990 && shape === "1000 x 3",
  );
}
