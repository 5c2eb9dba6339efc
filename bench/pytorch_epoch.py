"""Epochs of Fashion-MNIST in PyTorch: the best loop written by hand, everything in memory; and the book's, with its DataLoader."""
import gzip
import resource
import sys

import torch
from torch import nn


def peak_memory_mb():
    """The most memory that the process has had; macOS counts bytes, Linux KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)


def read(data, part):
    """Images as bytes (count, 28, 28) and labels (count,)."""
    with gzip.open(f"{data}/{part}-labels-idx1-ubyte.gz") as f:
        labels = torch.frombuffer(bytearray(f.read()[8:]), dtype=torch.uint8).long()
    with gzip.open(f"{data}/{part}-images-idx3-ubyte.gz") as f:
        images = torch.frombuffer(bytearray(f.read()[16:]), dtype=torch.uint8).reshape(-1, 28, 28)
    return images, labels


def model():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    return net, nn.CrossEntropyLoss(reduction="none"), torch.optim.SGD(net.parameters(), lr=0.1)


def train_step(net, loss, optimizer, X, y):
    """The sum of losses and the count of right predictions, read as the book's loop reads them."""
    out = net(X)
    l = loss(out, y)
    optimizer.zero_grad()
    l.mean().backward()
    optimizer.step()
    return float(l.sum()), float((out.argmax(1) == y).sum())


def memory_epoch(data):
    """Everything in memory as float32, batches by index."""
    (X, y), (Xt, yt) = read(data, "train"), read(data, "t10k")
    X, Xt = X.reshape(-1, 784).float() / 255, Xt.reshape(-1, 784).float() / 255
    net, loss, optimizer = model()

    def epoch():
        total = correct = right = 0.0
        order = torch.randperm(len(X))
        for i in range(0, len(X), 256):
            at = order[i : i + 256]
            l, c = train_step(net, loss, optimizer, X[at], y[at])
            total += l
            correct += c
        with torch.no_grad():
            for i in range(0, len(Xt), 256):
                right += float((net(Xt[i : i + 256]).argmax(1) == yt[i : i + 256]).sum())
        return total / len(X), correct / len(X), right / len(Xt)

    return epoch


class Images(torch.utils.data.Dataset):
    """One image at a time, as floats: the arithmetic of torchvision's ToTensor, without its way through Pillow."""

    def __init__(self, images, labels):
        self.images, self.labels = images, labels

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.images[index].unsqueeze(0).float().div(255), int(self.labels[index])


def book_epoch(data):
    """The book's loaders: 4 processes, one image at a time, batches of 256. torchvision's transforms cost more than these."""
    loader = lambda part, shuffle: torch.utils.data.DataLoader(Images(*read(data, part)), 256, shuffle=shuffle, num_workers=4)
    train, test = loader("train", True), loader("t10k", False)
    net, loss, optimizer = model()

    def epoch():
        for X, y in train:
            train_step(net, loss, optimizer, X, y)
        with torch.no_grad():
            for X, y in test:
                float((net(X).argmax(1) == y).sum())

    return epoch


def run_epochs(data, count):
    """Peak memory in MB of a process that has trained for some epochs in memory."""
    epoch = memory_epoch(data)
    for _ in range(count):
        epoch()
    return peak_memory_mb()
