"""What a user would write by hand instead: an LSTM over a file, in NumPy or in torch.

    python by_hand.py numpy|torch WEIGHTS.npz|.json XS.npy|XS.jsonl [OUT.npy]

Prints h at each step as JSON, or writes all of them to OUT.npy. The NumPy loop does what the
lecture's equations say with the four gates' weights stacked, which is how it is usually written.
"""

from __future__ import annotations

import json
import sys

import numpy as np

GATES = "fioc"


def numpy_steps(weights, xs):  # type: ignore[no-untyped-def]
    """Yield h at each step."""
    w_h = np.concatenate([np.atleast_2d(weights[f"w_{gate}h"]) for gate in GATES])
    w_x = np.concatenate([np.atleast_2d(weights[f"w_{gate}x"]) for gate in GATES])
    n = w_h.shape[1]
    h, c = np.zeros(n), np.zeros(n)
    for x in xs:
        z = w_h @ h + w_x @ np.atleast_1d(x)
        f, i, o = 1 / (1 + np.exp(-z[: 3 * n].reshape(3, n)))
        c = f * c + i * np.tanh(z[3 * n :])
        h = o * np.tanh(c)
        yield h


def torch_steps(weights, xs):  # type: ignore[no-untyped-def]
    """Return h at all steps from torch.nn.LSTM in float64; it orders the gates i f c o."""
    import torch

    n, m = weights["w_fx"].shape
    lstm = torch.nn.LSTM(m, n, bias=False, dtype=torch.float64)
    with torch.no_grad():
        for ours, name in (("h", "weight_hh_l0"), ("x", "weight_ih_l0")):
            stacked = np.concatenate([weights[f"w_{gate}{ours}"] for gate in "ifco"])
            getattr(lstm, name).copy_(torch.from_numpy(stacked))
        out, _ = lstm(torch.from_numpy(np.asarray(xs)))
    return out.numpy()


def main() -> None:
    """Run what the command line asks for."""
    engine, weights_file, xs_file, *out = sys.argv[1:]
    if weights_file.endswith(".json"):
        with open(weights_file) as file:
            weights = {name: np.array(value) for name, value in json.load(file).items()}
    else:
        weights = np.load(weights_file)
    if xs_file.endswith(".npy"):
        xs = np.load(xs_file)
    else:
        lines = sys.stdin if xs_file == "-" else open(xs_file)  # noqa: SIM115
        xs = (json.loads(line) for line in lines)
    steps = torch_steps(weights, xs) if engine == "torch" else numpy_steps(weights, xs)
    if out:
        np.save(out[0], np.array(list(steps)))
    else:
        for h in steps:
            sys.stdout.write(json.dumps(h.tolist() if h.size > 1 else h[0]) + "\n")


if __name__ == "__main__":
    main()
