# The PyTorch side of quickstart.mjs: the same script, line by line.
import sys

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets
from torchvision.transforms import ToTensor

torch.manual_seed(0)
root, epochs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2
training_data = datasets.FashionMNIST(root=root, train=True, transform=ToTensor())
test_data = datasets.FashionMNIST(root=root, train=False, transform=ToTensor())
train_dataloader = DataLoader(training_data, batch_size=64, shuffle=True)
test_dataloader = DataLoader(test_data, batch_size=64)


class NeuralNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.linear_relu_stack = nn.Sequential(nn.Linear(28 * 28, 128), nn.ReLU(), nn.Linear(128, 10))

    def forward(self, x):
        return self.linear_relu_stack(self.flatten(x))


model = NeuralNetwork()
print(model)
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)


def train(dataloader, model, loss_fn, optimizer):
    model.train()
    for batch, (X, y) in enumerate(dataloader):
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if batch % 300 == 0:
            print(f"loss: {loss.item():.4f}  [{(batch + 1) * len(X)}/{len(dataloader.dataset)}]")


def test(dataloader, model, loss_fn):
    model.eval()
    test_loss, correct = 0, 0
    with torch.no_grad():
        for X, y in dataloader:
            pred = model(X)
            test_loss += loss_fn(pred, y).item()
            correct += (pred.argmax(1) == y).float().sum().item()
    print(f"accuracy: {100 * correct / len(dataloader.dataset):.1f}%, avg loss: {test_loss / len(dataloader):.4f}")


for t in range(epochs):
    print(f"Epoch {t + 1}\n-------")
    train(train_dataloader, model, loss_fn, optimizer)
    test(test_dataloader, model, loss_fn)

restored = NeuralNetwork()
restored.load_state_dict(model.state_dict())
restored.eval()
x, y = test_data[0]
print(f"predicted {restored(x.unsqueeze(0))[0].argmax(0).item()}, actual {y}")
