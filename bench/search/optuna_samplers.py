"""Best values of Optuna's samplers on the functions of functions.mjs: one JSON line a function, sampler and seed.

python optuna_samplers.py [--samplers tpe,gp] [--functions branin] [--seeds 0:20] [--trials 60]
"""
import argparse
import json
import math
import time
import warnings

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore")

H6_ALPHA = [1.0, 1.2, 3.0, 3.2]
H6_A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
H6_P = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def branin(trial):
    x = trial.suggest_float("x0", -5, 10)
    y = trial.suggest_float("x1", 0, 15)
    a = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return a * a + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann6(trial):
    x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(6)]
    return -sum(
        alpha * math.exp(-sum(a * (v - p) ** 2 for a, v, p in zip(row, x, point)))
        for alpha, row, point in zip(H6_ALPHA, H6_A, H6_P)
    )


def rosenbrock(d):
    def f(trial):
        x = [trial.suggest_float(f"x{i}", -5, 10) for i in range(d)]
        return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(d - 1))

    return f


def mixed(trial):
    rate = math.log10(trial.suggest_float("rate", 1e-5, 1, log=True))
    units = math.log2(trial.suggest_int("units", 8, 512, log=True))
    layers = trial.suggest_int("layers", 1, 8)
    dropout = trial.suggest_float("dropout", 0, 0.8, step=0.1)
    activation = trial.suggest_categorical("activation", ["relu", "tanh", "gelu", "sigmoid"])
    # The best rate falls with the depth; the best dropout grows with the width.
    return (
        (rate + 2.5 + 0.2 * (layers - 3)) ** 2
        + 0.15 * (layers - 3) ** 2
        + 0.3 * (units - 7) ** 2
        + 8 * (dropout - 0.1 * (units - 4)) ** 2
        + {"relu": 0.1, "tanh": 0.5, "gelu": 0.0, "sigmoid": 1.5}[activation]
    )


def conditional(trial):
    c = trial.suggest_categorical("model", ["svm", "forest", "mlp"])
    if c == "svm":
        penalty = math.log10(trial.suggest_float("penalty", 1e-3, 1e3, log=True))
        gamma = math.log10(trial.suggest_float("gamma", 1e-4, 1e1, log=True))
        return 0.2 + 0.2 * (penalty - 1) ** 2 + 0.3 * (gamma + 1.5) ** 2
    if c == "forest":
        depth = trial.suggest_int("depth", 1, 32)
        share = trial.suggest_float("share", 0.1, 1, step=0.1)
        return 0.4 + 0.01 * (depth - 12) ** 2 + 2 * (share - 0.4) ** 2
    rate = math.log10(trial.suggest_float("rate", 1e-5, 1, log=True))
    layers = trial.suggest_int("layers", 1, 3)
    value = (rate + 3) ** 2
    for i in range(layers):
        units = math.log2(trial.suggest_int(f"units{i}", 8, 512, log=True))
        value += 0.2 * (units - 7 + i) ** 2
    return value + 0.3 * (layers - 2) ** 2


FUNCTIONS = {
    "branin": branin,
    "hartmann6": hartmann6,
    "rosenbrock2": rosenbrock(2),
    "rosenbrock4": rosenbrock(4),
    "mixed": mixed,
    "conditional": conditional,
}
SAMPLERS = {
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "tpe multivariate": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True),
    "tpe independent": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=False),
    "gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
    "gp deterministic": lambda seed: optuna.samplers.GPSampler(seed=seed, deterministic_objective=True),
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
}


def best_so_far(function, sampler, trials):
    study = optuna.create_study(sampler=sampler)
    study.optimize(function, n_trials=trials)
    best, out = math.inf, []
    for trial in study.trials:
        best = min(best, trial.value)
        out.append(best)
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--samplers", default="tpe,tpe multivariate,gp")
    parser.add_argument("--functions", default=",".join(FUNCTIONS))
    parser.add_argument("--seeds", default="0:20")
    parser.add_argument("--trials", type=int, default=60)
    args = parser.parse_args()
    first, last = map(int, args.seeds.split(":"))
    if "gp" in args.samplers:
        import torch

        torch.set_num_threads(1)
    for function in args.functions.split(","):
        for sampler in args.samplers.split(","):
            for seed in range(first, last):
                start = time.perf_counter()
                best = best_so_far(FUNCTIONS[function], SAMPLERS[sampler](seed), args.trials)
                seconds = time.perf_counter() - start
                line = {"from": f"optuna {optuna.__version__}", "function": function, "sampler": sampler, "seed": seed}
                print(json.dumps({**line, "seconds": round(seconds, 3), "best": best}), flush=True)


if __name__ == "__main__":
    main()
