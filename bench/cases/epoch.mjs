// An epoch of Fashion-MNIST, 784-256-10, batch 256, lr 0.1, evaluation included: the book's `train_epoch_ch3` protocol.
export const epoch = [
  {
    name: "epoch",
    group: "epoch",
    text: "one epoch of Fashion-MNIST, 784-256-10, batch 256, with evaluation",
    kind: "epoch",
    args: {},
    unit: "s",
    families: ["torchlet", "pytorch"],
    compiled: true,
    needsData: true,
  },
  {
    name: "epoch-book",
    group: "epoch",
    text: "the same in PyTorch with the book's DataLoader of 4 processes",
    kind: "epoch-book",
    args: {},
    unit: "s",
    families: ["pytorch"],
    needsData: true,
    slow: true,
    once: true,
  },
];
