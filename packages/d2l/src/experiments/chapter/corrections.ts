// Where the notes, their scan or the book err or mislead, P1 to P35: what is right, in one sentence each.
import type { Localized } from "torchlet";

/** A correction, as reports say it. */
export interface Correction {
  readonly id: string;
  readonly text: Localized;
  /** Functions that do the right thing where no experiment shows it. */
  readonly functions: readonly string[];
}

type Row = readonly [id: string, en: string, zh: string, functions?: string];

const rows: readonly Row[] = [
  [
    "P1",
    "The perceptron's bound is (r² + 1) / ρ², not r² + 1/ρ²; and ‖w‖² + b² <= 1 is a condition on the separating plane, not on the initial parameters.",
    "感知机的上界是 (r² + 1) / ρ²，而不是 r² + 1/ρ²；‖w‖² + b² <= 1 是对分离超平面的条件，而不是对初始参数的条件。",
  ],
  [
    "P2",
    "The perceptron answers 0 or 1, but its training rule needs labels -1 and +1; the two must not be mixed.",
    "感知机输出 0 或 1，而训练规则使用标签 -1 与 +1，二者不可混用。",
  ],
  [
    "P3",
    "The rule equals stochastic gradient descent only with the subgradient -yx at a tie: relu would give 0 and never start from w = 0.",
    "只有在平局处取次梯度 -yx 时，感知机规则才等价于随机梯度下降：若用 relu，从 w = 0 出发梯度为 0，永远不会开始。",
  ],
  [
    "P4",
    "max(X, 0) written with torch.max has gradient 1/2 at exactly 0, torch.relu has 0.",
    "用 torch.max 写的 max(X, 0) 在 0 处的梯度为 1/2，而 torch.relu 为 0。",
    "torch.max torch.relu",
  ],
  [
    "P5",
    "The notes mix two versions of the polynomial training: with the mean loss the learning rate must be 0.01, with the sum 0.001; mean and 0.001 do not reach the printed weights.",
    "笔记混用了多项式训练的两个版本：取平均损失时学习率应为 0.01，取总和时为 0.001；平均损失配 0.001 得不到所印的权重。",
  ],
  [
    "P6",
    "Dropout divides what it keeps by 1 - p; without that the mean shrinks to (1 - p) x.",
    "丢弃法要把保留的元素除以 1 - p；否则均值会变为 (1 - p) x。",
    "torch.nn.Dropout d2l.dropoutLayer",
  ],
  [
    "P7",
    "With p = 0 dropout must return its input as it is, with p = 1 zeros without a division by 0; the mask is drawn anew each time and shared by forward and backward.",
    "p = 0 时丢弃法应原样返回输入，p = 1 时应返回零且不能除以 0；掩码每次重新抽取，前向与反向共用。",
    "torch.nn.Dropout d2l.dropoutLayer",
  ],
  [
    "P8",
    "He's initialization halves the divisor, so it doubles Xavier's variance: 2 / n_in.",
    "He 初始化是把除数减半，即方差加倍：2 / n_in。",
    "torch.nn.init.kaimingNormal_",
  ],
  [
    "P9",
    "With gradients as rows, the Jacobian of layer i + 1 is diag(σ'(W^(i+1) h^i)) W^(i+1): W is not transposed, and its index is that of the layer, not of its input.",
    "按分子布局，第 i + 1 层的雅可比矩阵是 diag(σ'(W^(i+1) h^i)) W^(i+1)：W 不转置，其下标是该层的，而非其输入的。",
  ],
  [
    "P10",
    "A VC dimension of 3 means that some three points can be labelled at will, not any three: points on a line cannot; in N log N, N counts weights.",
    "VC 维为 3 是指存在三个点可被任意划分，而非任意三点：共线的三点就不行；N log N 中的 N 是权重数。",
  ],
  [
    "P11",
    "Xavier's condition holds for layers without activation; with ReLU variance still decays, with the sigmoid gradients still die. The 0.01 of N(0, 0.01) is a standard deviation.",
    "Xavier 的条件是对无激活函数的层推导的：用 ReLU 时方差仍会衰减，用 sigmoid 时梯度仍会消失。N(0, 0.01) 中的 0.01 是标准差。",
    "torch.nn.init.xavierNormal_",
  ],
  [
    "P12",
    "For several classes the second layer is a matrix W2, not a vector; nn.Linear stores weights as (outputs, inputs), the book's own code as (inputs, outputs).",
    "多分类时第二层是矩阵 W2 而非向量；nn.Linear 以（输出，输入）存储权重，书中手写代码以（输入，输出）存储。",
    "torch.nn.Linear",
  ],
  [
    "P13",
    "The Python package dropped train_ch3 and its relatives in version 1.0; here they all exist.",
    "Python 包在 1.0 版中删去了 train_ch3 等函数；这里它们都在。",
    "d2l.trainCh3 d2l.trainEpochCh3 d2l.predictCh3 d2l.evaluateAccuracy",
  ],
  [
    "P14",
    "Only the first four true weights of the polynomial are not 0, where a comment says five; other slips of the scan are corrected silently.",
    "多项式真实权重中只有前四个非零，注释误写为五个；扫描中的其他错字已一并更正。",
  ],
  [
    "P15",
    "The two versions of weight decay in the book are not the same problem: one halves the squared error and starts the bias at 0, the other does neither.",
    "书中权重衰减的两个版本并非同一问题：一个把平方误差减半且偏置从 0 开始，另一个都不是。",
  ],
  [
    "P16",
    "sgd divides by the batch size it is told, which a short last batch must tell rightly; the summed loss multiplies the penalty by the batch size, and sgd divides it back.",
    "sgd 除以所给的批量大小，最后一个不满的批次必须给对；求和的损失会把惩罚项乘以批量大小，再由 sgd 除回来。",
    "d2l.sgd",
  ],
  [
    "P17",
    "Weight decay equals the L2 penalty for plain SGD only; Adam's weightDecay is added to the gradient, AdamW's is not.",
    "只有对普通 SGD，权重衰减才等同于 L2 惩罚；Adam 的 weightDecay 加在梯度上，AdamW 则不是。",
    "torch.optim.Adam torch.optim.AdamW",
  ],
  [
    "P18",
    "What the English book prints as the L2 norm of w is half of its square.",
    "英文版打印的“w 的 L2 范数”其实是其平方的一半。",
  ],
  [
    "P19",
    "train_ch3 ends with assertions that short trainings fail; here they warn, and throw only where asked to.",
    "train_ch3 结尾的断言会让较短的训练报错；这里改为警告，需要时才抛出。",
    "d2l.trainCh3",
  ],
  [
    "P20",
    "Training accuracy is measured while weights change and dropout is on, so the test accuracy may be above it.",
    "训练精度是在权重变化且丢弃法开启时测得的，因此测试精度可能更高。",
  ],
  [
    "P21",
    "The book's evaluate_loss and predict_ch3 leave a model in training mode and record graphs; here no graph is recorded.",
    "书中的 evaluate_loss 与 predict_ch3 不切换到评估模式并且会记录计算图；这里不记录。",
    "d2l.evaluateLoss d2l.predictCh3",
  ],
  [
    "P22",
    "A net that is a plain function knows no evaluation mode: dropout in it must be a module, or take a flag.",
    "普通函数形式的网络没有评估模式：其中的丢弃法必须是模块，或者接受标志。",
    "torch.nn.Dropout",
  ],
  [
    "P23",
    "The two dropout versions begin with different weights (PyTorch's default, standard deviation 0.01), so that their first epochs differ.",
    "两个丢弃法版本的初始权重不同（PyTorch 默认值与标准差 0.01），因此第一轮结果不同。",
  ],
  [
    "P24",
    "Gradients add up until they are set to zero: forgotten, the tanh plot shows the sum of three.",
    "梯度会累加，直到清零：忘了清零，tanh 的梯度图会是三者之和。",
    "torch.Tensor.zero_",
  ],
  [
    "P25",
    "Predictions (n, 1) and labels (n) would broadcast to (n, n) without a word: the loss must bring them into one shape.",
    "预测 (n, 1) 与标签 (n) 会悄悄广播成 (n, n)：损失函数必须先统一形状。",
    "d2l.squaredLoss d2l.evaluateLoss",
  ],
  [
    "P26",
    "accuracy returns a count, not a share; for regression it means nothing.",
    "accuracy 返回的是个数而不是比例；对回归没有意义。",
    "d2l.accuracy",
  ],
  [
    "P27",
    "-8 + 80 * 0.1 is exactly 0 in double precision, where PyTorch's arange gives 4.4e-16: the gradient of relu at that point is 0 here and 1 there.",
    "双精度下 -8 + 80 * 0.1 恰为 0，而 PyTorch 的 arange 得到 4.4e-16：该点 relu 的梯度这里为 0，那里为 1。",
    "torch.arange",
  ],
  [
    "P28",
    "Softmax written as exp over its sum overflows already at 100: cross entropy on logits does not.",
    "按 exp 除以总和写的 softmax 在 100 处就会溢出；作用于 logits 的交叉熵不会。",
    "torch.nn.CrossEntropyLoss torch.logSoftmax",
  ],
  [
    "P29",
    "Under gradient descent the polynomial overfits weakly and not with every seed; exact least squares shows it clearly.",
    "用梯度下降时多项式的过拟合很弱，且并非每个种子都有；精确最小二乘则清楚可见。",
  ],
  [
    "P30",
    "How badly a line fits depends on the sample, by a factor of five: what holds always is that its loss is far above the noise.",
    "直线拟合的损失因样本而异，可差五倍：始终成立的只是它远高于噪声。",
  ],
  [
    "P31",
    "Half precision nearly always overflows after 11 to 25 factors of 4 x 4, where single precision holds 100; at width 256 single precision too ends in NaN within 50 layers.",
    "4 x 4 的因子，半精度几乎总在 11 到 25 个后溢出，而单精度能容纳 100 个；宽度为 256 时，单精度也会在 50 层内变为 NaN。",
  ],
  [
    "P32",
    "The book's plot draws four lines at most and drops what a logarithmic axis cannot show.",
    "书中的 plot 最多画四条线，并丢弃对数坐标轴无法显示的值。",
    "d2l.plot",
  ],
  [
    "P33",
    "Newer pandas reads the category None as missing, which makes 330 columns of 331.",
    "较新的 pandas 把类别 None 当作缺失值，使 331 列变成 330 列。",
  ],
  [
    "P34",
    "Ames is in Iowa; the noise with density exp(-|e|) / 2 is Laplace's; standardizing with the test rows is a leak, made on purpose by the book.",
    "Ames 在艾奥瓦州；密度为 exp(-|e|) / 2 的是拉普拉斯噪声；用测试集的行做标准化是书中有意为之的数据泄漏。",
  ],
  [
    "P35",
    "TypeScript has no operators on tensors: X @ W + b is X.matmul(W).add(b), and w -= g is w.sub_(g).",
    "TypeScript 没有张量运算符：X @ W + b 写作 X.matmul(W).add(b)，w -= g 写作 w.sub_(g)。",
    "torch.Tensor.matmul torch.Tensor.sub_",
  ],
];

/** All corrections, in order. */
export const corrections: readonly Correction[] = rows.map(([id, en, zh, functions = ""]) => ({
  id,
  text: { en, zh },
  functions: functions.split(" ").filter((name) => name !== ""),
}));
