// The headings of the notes, in their order: what the experiments are sorted by, and what the map has a row for.
import type { Localized } from "torchlet";

/** A heading of the notes; those that begin with "book" stand for sections that only the book has. */
export interface Heading {
  readonly id: string;
  readonly title: Localized;
}

const rows = [
  ["book.2", "Linear and softmax regression", "线性回归与 softmax 回归"],
  ["3.1", "Multilayer perceptrons", "多层感知机"],
  ["3.1.1", "The perceptron", "感知机"],
  ["3.1.1.1", "Definition", "定义"],
  ["3.1.1.2", "Training", "训练"],
  ["3.1.1.3", "Convergence", "收敛定理"],
  ["3.1.1.4", "Where linear models fail", "线性模型的缺陷"],
  ["3.1.1.5", "Summary", "总结"],
  ["3.1.2", "Multilayer perceptrons", "多层感知机"],
  ["3.1.2.1", "XOR in several steps", "XOR 问题的多层次解决"],
  ["3.1.2.2", "A hidden layer", "多层感知机"],
  ["3.1.2.3", "Activation functions", "激活函数"],
  ["3.1.2.4", "Several classes", "多类分类"],
  ["3.1.2.5", "Several hidden layers", "多隐藏层"],
  ["3.1.2.6", "Exercises", "练习"],
  ["3.1.2.7", "Summary", "总结"],
  ["3.1.3", "A multilayer perceptron from scratch", "从零实现多层感知机"],
  ["3.1.3.1", "Reading the data", "读取数据"],
  ["3.1.3.2", "Parameters", "初始化模型参数"],
  ["3.1.3.3", "The model and its training", "模型设定"],
  ["3.1.3.4", "Summary", "小结"],
  ["3.1.4", "Questions and answers", "多层感知机 Q&A"],
  ["book.mlp-concise", "A multilayer perceptron with layers", "多层感知机的简洁实现"],
  ["3.2", "Choosing models, overfitting", "模型选择和过拟合"],
  ["3.2.1", "Choosing models", "模型选择"],
  ["3.2.1.1", "Training, validation and test sets", "训练集和测试集相关概念"],
  ["3.2.1.2", "Summary", "总结"],
  ["3.2.2", "Overfitting and underfitting", "过拟合和欠拟合"],
  ["3.2.2.1", "Capacity of models", "模型复杂度"],
  ["3.2.2.2", "VC dimension", "VC 维"],
  ["3.2.2.3", "Complexity of data", "数据复杂度"],
  ["3.2.3", "Summary", "总结"],
  ["3.3", "Polynomial regression", "多项式回归"],
  ["3.3.1", "Imports", "导入库"],
  ["3.3.2", "Making the data", "生成数据集"],
  ["3.3.3", "From arrays to tensors", "NumPy ndarray 转换为 tensor"],
  ["3.3.4", "Training and testing", "模型训练和测试"],
  ["3.3.5", "Three fits", "拟合"],
  ["3.3.5.1", "Degree 3: right", "三阶多项式函数拟合（正态）"],
  ["3.3.5.2", "Linear: underfitting", "线性函数拟合（欠拟合）"],
  ["3.3.5.3", "High degree: overfitting", "高阶多项式函数拟合（过拟合）"],
  ["3.4", "Weight decay", "权重衰退"],
  ["3.4.1", "Limiting weights", "权重限制"],
  ["3.4.1.1", "A hard limit", "硬性限制"],
  ["3.4.1.2", "A soft limit", "柔性限制"],
  ["3.4.2", "The update", "参数更新"],
  ["3.4.3", "In code", "代码实现"],
  ["3.4.3.1", "From scratch", "从零实现"],
  ["3.4.3.2", "With the optimizer", "简洁实现"],
  ["3.4.4", "Summary", "总结"],
  ["3.5", "Dropout", "丢弃法"],
  ["3.5.1", "Motivation and principle", "丢弃法动机、实现及原则"],
  ["3.5.1.1", "Motivation", "动机"],
  ["3.5.1.2", "How it is used", "丢弃法使用"],
  ["3.5.2", "In code", "代码实现"],
  ["3.5.2.1", "From scratch", "从零实现"],
  ["3.5.2.2", "With layers", "简洁实现"],
  ["3.5.3", "Summary", "小结"],
  ["3.5.4", "Questions and answers", "Q&A"],
  ["3.6", "Numerical stability", "数值稳定性"],
  ["3.6.1", "Gradients of deep networks", "神经网络的梯度"],
  ["3.6.1.1", "Two problems", "数值稳定性的常见两个问题"],
  ["3.6.1.2", "The multilayer perceptron as an example", "例子：MLP"],
  ["3.6.1.3", "Exploding gradients", "梯度爆炸"],
  ["3.6.1.4", "Vanishing gradients", "梯度消失"],
  ["3.6.1.5", "Summary", "总结"],
  ["3.6.2", "Initialization and activation", "模型初始化和激活函数"],
  ["3.6.2.1", "Making training stable", "让训练更加稳定"],
  ["3.6.2.2", "Constant mean and variance in every layer", "让每层的均值/方差是一个常数"],
  ["3.6.2.3", "Initial weights", "权重初始化"],
  ["3.6.3", "Summary, questions and answers", "总结与问答"],
  ["book.backprop", "Forward and backward propagation", "前向传播、反向传播和计算图"],
  ["book.environment", "Distribution shift", "环境和分布偏移"],
  ["book.kaggle", "House prices", "实战 Kaggle 比赛：预测房价"],
] as const;

/** The number of a heading, or "book...". */
export type HeadingId = (typeof rows)[number][0];

/** All headings, in order. */
export const headings: readonly (Heading & { readonly id: HeadingId })[] = rows.map(([id, en, zh]) => ({
  id,
  title: { en, zh },
}));
