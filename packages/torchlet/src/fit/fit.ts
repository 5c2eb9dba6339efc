// torch.fit: one call that trains a model, as a promise and as a loop.
import { ValueError } from "../errors/index.js";
import { Trainer } from "./trainer.js";
import type { FitEvent, FitHistory, FitMetrics, FitModel, FitOptions } from "./types.js";

/**
 * A training: wait for it, or loop over its events. It begins with the first of the two and runs once; whoever waits for it
 * gets the same history.
 */
export class FitRun<M extends FitMetrics = FitMetrics>
  implements PromiseLike<FitHistory<M>>, AsyncIterable<FitEvent<M>>
{
  private readonly trainer: Trainer<M>;
  private finished: Promise<FitHistory<M>> | null = null;
  private iterated = false;

  constructor(model: FitModel, options: FitOptions<M>) {
    this.trainer = new Trainer(model, options);
  }

  /** What has been measured so far. */
  get history(): FitHistory<M> {
    return this.trainer.history;
  }

  private async drain(): Promise<FitHistory<M>> {
    for await (const _event of this.trainer.run()) {
      // Nobody looks at the events: what they say is in the history.
    }
    return this.trainer.history;
  }

  /** Begins the training unless it runs already; the promise of its history. */
  start(): Promise<FitHistory<M>> {
    this.finished ??= this.drain();
    return this.finished;
  }

  // biome-ignore lint/suspicious/noThenProperty: this is what makes it a PromiseLike
  then<A = FitHistory<M>, B = never>(
    onFulfilled?: ((history: FitHistory<M>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.start().then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<FitHistory<M> | B> {
    return this.start().catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<FitHistory<M>> {
    return this.start().finally(onFinally);
  }

  /**
   * The events as they happen; breaking out of the loop ends the training.
   *
   * @throws ValueError where the training has begun already
   */
  [Symbol.asyncIterator](): AsyncGenerator<FitEvent<M>, void, undefined> {
    if (this.iterated || this.finished !== null) {
      throw new ValueError("fit-begun", {
        path: "fit",
        rule: { en: "the training has begun already", zh: "训练已经开始" },
        hint: {
          en: "loop over it before waiting for it, and once; call fit again to train again",
          zh: "请在等待其结果之前遍历，且只遍历一次；若要再次训练，请再次调用 fit",
        },
      });
    }
    this.iterated = true;
    const { trainer } = this;
    let resolve!: (history: FitHistory<M>) => void;
    let reject!: (reason: unknown) => void;
    const promise = new Promise<FitHistory<M>>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    this.finished = promise;
    // Whoever loops has the error from the loop.
    promise.catch(() => {});
    return (async function* () {
      try {
        yield* trainer.run();
        resolve(trainer.history);
      } catch (error) {
        reject(error);
        throw error;
      } finally {
        resolve(trainer.history);
      }
    })();
  }
}

/**
 * Trains a model: epochs of steps, with validation, metrics, a schedule, clipping, accumulated gradients, weights of samples and
 * classes, early stopping, and a diagnosis where it goes wrong.
 *
 * Waited for, it gives the history; looped over (`for await`), an event after every epoch, and after every `everySteps` steps.
 * Between batches other work of the program gets its turn, so that a page stays responsive. The model is left in evaluation mode.
 *
 * Steps of torchlet's own layers, losses and optimizers run compiled; the numbers are the same without.
 *
 * @throws ValueError for options without meaning
 * @throws TrainingError where the loss becomes NaN, diverges, or can never move again; the model has its last good weights then
 *
 * @example
 * const net = new nn.Sequential(new nn.Linear(20, 64), new nn.ReLU(), new nn.Linear(64, 3));
 * const history = await torch.fit(net, {
 *   data: [X, y],
 *   validation: 0.2,
 *   loss: new nn.CrossEntropyLoss(),
 *   optimizer: (parameters) => new torch.optim.Adam(parameters),
 *   metrics: { accuracy: new torch.metrics.Accuracy() },
 *   earlyStopping: { monitor: "validation.accuracy", patience: 5 },
 *   epochs: 100,
 *   seed: 0,
 * });
 * history.epochs.at(-1).validation.accuracy;
 *
 * @example
 * for await (const event of torch.fit(net, options)) {
 *   if (event.kind === "epoch" && event.train.loss < 0.1) break;
 * }
 */
export function fit<M extends FitMetrics = Record<never, never>>(model: FitModel, options: FitOptions<M>): FitRun<M> {
  return new FitRun(model, options);
}
