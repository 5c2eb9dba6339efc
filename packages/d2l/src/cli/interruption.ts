// Ctrl-C and its relatives: the first asks a run to end, the second ends it.

/** Exit codes as shells give them: 128 and the signal's number. */
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * npm passes on the Ctrl-C that the terminal has sent to every process already, so under `npm start` each comes twice,
 * milliseconds apart. Nobody presses a key twice as fast.
 */
const echoMilliseconds = 250;

/** What is to happen. */
export interface InterruptionHandlers {
  /** At the first signal, after `signal` was aborted. */
  onFirst(): void;
  /** At the second one; the process ends right after. */
  onSecond(): void;
}

/** Listens for signals while a run goes on; `dispose` gives them back. */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #handlers: InterruptionHandlers;
  readonly #now: () => number;
  readonly #exit: (code: number) => void;
  #exitCode: number | undefined;
  #first = Number.NEGATIVE_INFINITY;

  constructor(
    handlers: InterruptionHandlers,
    now: () => number = () => performance.now(),
    exit: (code: number) => void = (code) => process.exit(code),
  ) {
    this.#handlers = handlers;
    this.#now = now;
    this.#exit = exit;
    for (const name of Object.keys(exitCodes)) process.on(name, this.#received);
  }

  /** Aborts at the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit code that the signal asks for; `undefined` while there was none. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** Ends the run for another reason than a signal. */
  stop(exitCode: number): void {
    if (this.#exitCode !== undefined) return;
    this.#exitCode = exitCode;
    this.#first = this.#now();
    this.#controller.abort();
  }

  /** Gives the signals back. After one that was received the process stays until its echo is over, which would kill it. */
  dispose(): void {
    const giveBack = () => {
      for (const name of Object.keys(exitCodes)) process.off(name, this.#received);
    };
    const left = this.#first + echoMilliseconds - this.#now();
    if (left > 0) setTimeout(giveBack, left);
    else giveBack();
  }

  readonly #received = (name: NodeJS.Signals): void => {
    const exitCode = exitCodes[name as keyof typeof exitCodes];
    if (this.#exitCode === undefined) {
      this.stop(exitCode);
      this.#handlers.onFirst();
    } else if (this.#now() - this.#first > echoMilliseconds) {
      this.#handlers.onSecond();
      this.#exit(exitCode);
    }
  };
}
