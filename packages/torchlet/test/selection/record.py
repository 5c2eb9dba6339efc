"""Records what scikit-learn's splitters and preprocessing give, for the tests beside. Run: python record.py > recorded.json"""
import json
import math

import numpy as np
import sklearn
from sklearn.impute import SimpleImputer
from sklearn.model_selection import (GroupKFold, KFold, LeaveOneGroupOut, LeaveOneOut, StratifiedGroupKFold,
                                     StratifiedKFold, TimeSeriesSplit, train_test_split)
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, PolynomialFeatures, StandardScaler

rng = np.random.default_rng(0)
splits = []


def record(name, args, splitter, n, y=None, groups=None):
    folds = [{"train": a.tolist(), "test": b.tolist()} for a, b in splitter.split(np.zeros(n), y, groups)]
    as_list = lambda v: None if v is None else np.asarray(v).tolist()
    splits.append({"name": name, "args": args, "n": n, "y": as_list(y), "groups": as_list(groups), "folds": folds})


for n, k in [(10, 5), (11, 3), (7, 7), (103, 10)]:
    record("KFold", [k], KFold(k), n)
record("LeaveOneOut", [], LeaveOneOut(), 5)
for n, k, options in [(12, 5, {}), (20, 3, {"testSize": 2}), (20, 3, {"gap": 2}), (30, 4, {"maxTrainSize": 7, "gap": 1, "testSize": 3})]:
    names = {"testSize": "test_size", "gap": "gap", "maxTrainSize": "max_train_size"}
    record("TimeSeriesSplit", [k, options], TimeSeriesSplit(k, **{names[o]: v for o, v in options.items()}), n)
for n, k, classes in [(12, 3, 2), (50, 5, 3), (101, 10, 4)]:
    record("StratifiedKFold", [k], StratifiedKFold(k), n, rng.integers(0, classes, n))
record("StratifiedKFold", [3], StratifiedKFold(3), 30, np.array(["b"] * 17 + ["a"] * 9 + ["c"] * 4)[rng.permutation(30)])
for n, k, groups in [(12, 3, 4), (60, 5, 11), (100, 7, 20)]:
    g = rng.integers(0, groups, n)
    record("GroupKFold", [k], GroupKFold(k), n, None, g)
    record("LeaveOneGroupOut", [], LeaveOneGroupOut(), n, None, g)
    record("StratifiedGroupKFold", [k], StratifiedGroupKFold(k), n, rng.integers(0, 2, n), g)

y = np.array([0] * 57 + [1] * 30 + [2] * 13)
parts = train_test_split(y, test_size=0.23, stratify=y, random_state=0)
stratified = [np.bincount(p).tolist() for p in parts]
sizes = [[n, test, train, *[len(p) for p in train_test_split(np.zeros(n), test_size=test, train_size=train)]]
         for n, test, train in [(10, None, None), (11, 0.2, None), (103, None, 0.33), (50, 7, None), (50, 0.11, 0.55)]]

X = rng.normal(3, 5, (20, 3))
X[:, 2] = 7
X[4, 0] = np.nan
Xnew = rng.normal(0, 1, (5, 3))
full = np.nan_to_num(X, nan=1.5)


def scaler(s, X):
    s.fit(X)
    t = s.transform(Xnew)
    return {"fitted": s.transform(X).tolist(), "new": t.tolist(), "back": s.inverse_transform(t).tolist()}


strategies = {"mean": "mean", "median": "median", "mostFrequent": "most_frequent"}
Xmiss = np.round(rng.normal(0, 2, (15, 3)))
Xmiss[rng.random((15, 3)) < 0.25] = np.nan
encode = {"color": ["red", "blue", "red", "green", "blue"], "size": [3, 1, 2, 3, 1]}
rows = np.array(list(zip(encode["color"], encode["size"])), dtype=object)


def one_hot(**options):
    e = OneHotEncoder(sparse_output=False, **options).fit(rows)
    return {"values": e.transform(rows).tolist(), "names": e.get_feature_names_out(["color", "size"]).tolist()}


def polynomial(degree, **options):
    p = PolynomialFeatures(degree, **options)
    return {"values": p.fit_transform(Xnew[:, :2]).tolist(), "powers": p.powers_.tolist()}


nan = lambda v: None if isinstance(v, float) and math.isnan(v) else v
clean = lambda v: [clean(x) for x in v] if isinstance(v, list) else {k: clean(x) for k, x in v.items()} if isinstance(v, dict) else nan(v)
print(json.dumps(clean({
    "version": sklearn.__version__,
    "splits": splits,
    "stratifiedTrainTest": stratified,
    "trainTestSizes": sizes,
    "X": X.tolist(), "Xnew": Xnew.tolist(), "full": full.tolist(),
    "standard": scaler(StandardScaler(), X),
    "standardNoMean": scaler(StandardScaler(with_mean=False), X),
    "minMax": scaler(MinMaxScaler(), X),
    "minMaxRange": scaler(MinMaxScaler((-2, 3), clip=True), X),
    "Xmiss": Xmiss.tolist(),
    "imputed": {k: SimpleImputer(strategy=v).fit_transform(Xmiss).tolist() for k, v in strategies.items()},
    "oneHot": {"plain": one_hot(), "first": one_hot(drop="first")},
    "polynomial": {"degree3": polynomial(3), "interaction": polynomial(2, interaction_only=True), "noBias": polynomial(2, include_bias=False)},
})))
