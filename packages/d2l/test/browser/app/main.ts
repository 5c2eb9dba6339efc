// A page as a user writes it, for bundlers that shorten every name; its own `Linear` takes the library's name away.
import * as d2l from "@torchlet/d2l";
import * as torch from "torchlet";
import { runMlp } from "./run-mlp.js";
import { runQuick } from "./run-quick.js";

const { nn } = torch;

class Linear {
  readonly note = "not a layer";
}
class ShapeError extends Error {}

function texts(): string[] {
  torch.setLocale("en");
  const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 10), new nn.ReLU6(), new nn.GELU());
  const optimizer = new torch.optim.AdamW(net.parameters());
  const out = [String(net), String(optimizer), String(new Linear().note), String(new ShapeError("mine").message)];
  for (const wrong of [
    () => net(torch.zeros(3, 5)),
    () => new torch.optim.SGD(net.parameters(), { lr: -1 }),
    () => new torch.optim.lrScheduler.StepLR(optimizer, { stepSize: 0 }),
    () => new nn.CrossEntropyLoss({ reduction: "most" as "sum" }),
    () => torch.autograd.grad(torch.ones(1), torch.ones(1)),
  ]) {
    try {
      wrong();
      out.push("nothing was thrown");
    } catch (error) {
      out.push(String(error));
    }
  }
  return out;
}

async function run() {
  const { report, result } = await runMlp(d2l);
  const figures = [...report.figures.values()].map((figure) => d2l.figureToSvg(figure));
  document.body.innerHTML = figures.join("");
  const drawn = document.querySelectorAll("svg").length;
  return { result, history: report.history, drawn, html: d2l.reportHtml(report).length };
}

/** Every experiment of the bundle. */
const ids = () => d2l.experiments.map(({ id }) => id);

Object.assign(globalThis, { app: { run, texts, ids, quick: (id: string) => runQuick(d2l, id) } });
