"""The cells once more, typed by hand in plain Python: the lecture's, a GRU, and variants of them.

On purpose this imports nothing from the package: a typo in the package's one set of equations
shows here, and only here. Vectors are lists, matrices lists of rows.
"""

import math


def sigmoid(z):
    return 1 / (1 + math.exp(-z)) if z > -700 else math.exp(z)


def affine(w_state, state, w_input, x, bias):
    """W_state·state + W_input·x + bias, unit by unit."""
    return [
        sum(w * s for w, s in zip(w_state[k], state, strict=True))
        + sum(w * v for w, v in zip(w_input[k], x, strict=True))
        + bias[k]
        for k in range(len(bias))
    ]


def simple(p, state, x):
    z = affine(p["w_ss"], state["s"], p["w_sx"], x, p["b_s"])
    return {"s": [math.tanh(v) for v in z]}


def gated(p, state, x):
    s = state["s"]
    g = [sigmoid(v) for v in affine(p["w_gs"], s, p["w_gx"], x, p["b_g"])]
    candidate = [math.tanh(v) for v in affine(p["w_ss"], s, p["w_sx"], x, p["b_s"])]
    new = [old - gate * old + gate * c for gate, old, c in zip(g, s, candidate, strict=True)]
    return {"g": g, "candidate": candidate, "s": new}


def lstm(p, state, x):
    h, c = state["h"], state["c"]
    f = [sigmoid(v) for v in affine(p["w_fh"], h, p["w_fx"], x, p["b_f"])]
    i = [sigmoid(v) for v in affine(p["w_ih"], h, p["w_ix"], x, p["b_i"])]
    o = [sigmoid(v) for v in affine(p["w_oh"], h, p["w_ox"], x, p["b_o"])]
    candidate = [math.tanh(v) for v in affine(p["w_ch"], h, p["w_cx"], x, p["b_c"])]
    cell = [f[k] * c[k] + i[k] * candidate[k] for k in range(len(c))]
    tanh_c = [math.tanh(v) for v in cell]
    hidden = [o[k] * tanh_c[k] for k in range(len(c))]
    return {
        "f": f,
        "i": i,
        "o": o,
        "candidate": candidate,
        "c": cell,
        "tanh_c": tanh_c,
        "h": hidden,
    }


def times(matrix, vector):
    """matrix·vector, unit by unit."""
    return [sum(w * v for w, v in zip(row, vector, strict=True)) for row in matrix]


def added(*vectors):
    return [sum(elements) for elements in zip(*vectors, strict=True)]


def gates(p, letters, h, x):
    """The gates of one letter each, sigmoid(W_h·h + W_x·x + b)."""
    return {
        k: [sigmoid(v) for v in affine(p[f"w_{k}h"], h, p[f"w_{k}x"], x, p[f"b_{k}"])]
        for k in letters
    }


def mixed(gate, where_one, where_zero):
    return [g * a + (1 - g) * b for g, a, b in zip(gate, where_one, where_zero, strict=True)]


def gru(p, state, x):
    """Cho's first version, as ONNX has it by default: the reset gate before the matrix."""
    h = state["h"]
    of = gates(p, "rz", h, x)
    kept = [r * v for r, v in zip(of["r"], h, strict=True)]
    candidate = [math.tanh(v) for v in affine(p["w_hh"], kept, p["w_hx"], x, p["b_h"])]
    return {**of, "candidate": candidate, "h": mixed(of["z"], h, candidate)}


def gru_reset_after(p, state, x):
    """PyTorch's: the reset gate after the matrix and its bias."""
    h = state["h"]
    of = gates(p, "rz", h, x)
    met = added(times(p["w_hh"], h), p["b_hh"])
    candidate = [
        math.tanh(r * v + u + b)
        for r, v, u, b in zip(of["r"], met, times(p["w_hx"], x), p["b_h"], strict=True)
    ]
    return {**of, "candidate": candidate, "h": mixed(of["z"], h, candidate)}


def gru_update_new(p, state, x):
    of = gru(p, state, x)
    return {**of, "h": mixed(of["z"], of["candidate"], state["h"])}


def gru_reset_after_update_new(p, state, x):
    of = gru_reset_after(p, state, x)
    return {**of, "h": mixed(of["z"], of["candidate"], state["h"])}


def gated_update_old(p, state, x):
    of = gated(p, state, x)
    return {**of, "s": mixed(of["g"], state["s"], of["candidate"])}


def identity(z):
    return z


def softmax(z):
    powers = [math.exp(v - max(z)) for v in z]
    return [v / sum(powers) for v in powers]


def all_sigmoid(z):
    return [sigmoid(v) for v in z]


def with_readout(step, state_name, squash):
    """Return a step that also reads the new state out, y = squash(W_y·state + b_y)."""

    def read(p, state, x):
        of = step(p, state, x)
        return {**of, "y": squash(added(times(p[f"w_y{state_name}"], of[state_name]), p["b_y"]))}

    return read


def minimal(p, state, x):
    """The minimal gated unit: one gate forgets, updates, and resets before the matrix."""
    h = state["h"]
    f = gates(p, "f", h, x)["f"]
    kept = [a * b for a, b in zip(f, h, strict=True)]
    candidate = [math.tanh(v) for v in affine(p["w_hh"], kept, p["w_hx"], x, p["b_h"])]
    return {"f": f, "candidate": candidate, "h": mixed(f, candidate, h)}


def peepholes(p, state, x):
    """The LSTM of Gers: f and i see the cell before, o the new one, each element its own."""
    h, c = state["h"], state["c"]

    def seen(k, cell):
        z = affine(p[f"w_{k}h"], h, p[f"w_{k}x"], x, p[f"b_{k}"])
        return [sigmoid(v + w * u) for v, w, u in zip(z, p[f"w_{k}c"], cell, strict=True)]

    f, i = seen("f", c), seen("i", c)
    candidate = [math.tanh(v) for v in affine(p["w_ch"], h, p["w_cx"], x, p["b_c"])]
    cell = [f[k] * c[k] + i[k] * candidate[k] for k in range(len(c))]
    o = seen("o", cell)
    hidden = [a * math.tanh(b) for a, b in zip(o, cell, strict=True)]
    return {"f": f, "i": i, "candidate": candidate, "c": cell, "o": o, "h": hidden}


def coupled(p, state, x):
    """The LSTM whose input gate is 1 - f."""
    h, c = state["h"], state["c"]
    of = gates(p, "fo", h, x)
    candidate = [math.tanh(v) for v in affine(p["w_ch"], h, p["w_cx"], x, p["b_c"])]
    cell = mixed(of["f"], c, candidate)
    hidden = [a * math.tanh(b) for a, b in zip(of["o"], cell, strict=True)]
    return {**of, "i": [1 - v for v in of["f"]], "candidate": candidate, "c": cell, "h": hidden}


def projection(p, state, x):
    """The LSTM whose hidden state is a smaller picture of what its output gate lets out."""
    of = lstm({k: v for k, v in p.items() if k != "w_hm"}, state, x)
    m = of.pop("h")
    del of["tanh_c"]
    return {**of, "m": m, "h": times(p["w_hm"], m)}


def leaky(p, state, x):
    h = state["h"]
    new = [math.tanh(v) for v in affine(p["w_hh"], h, p["w_hx"], x, p["b_h"])]
    return {"h": [(1 - p["alpha"]) * a + p["alpha"] * b for a, b in zip(h, new, strict=True)]}


#: name: (step, parameters by the kind of their shape: n×n, n×m, n, and states of n elements)
CELLS = {
    "simple": (simple, ["w_ss"], ["w_sx"], ["b_s"], ["s"]),
    "gated": (gated, ["w_gs", "w_ss"], ["w_gx", "w_sx"], ["b_g", "b_s"], ["s"]),
    "lstm": (
        lstm,
        ["w_fh", "w_ih", "w_oh", "w_ch"],
        ["w_fx", "w_ix", "w_ox", "w_cx"],
        ["b_f", "b_i", "b_o", "b_c"],
        ["h", "c"],
    ),
    "gru": (gru, ["w_rh", "w_zh", "w_hh"], ["w_rx", "w_zx", "w_hx"], ["b_r", "b_z", "b_h"], ["h"]),
}


def shapes(name):
    """Return the shape of each parameter of a cell as letters: "nm", "n", and "" for a number."""
    _, *kinds = CELLS[name]
    return {
        k: shape for names, shape in zip(kinds, ["nn", "nm", "n", "n"], strict=True) for k in names
    }


_LSTM, _GRU = shapes("lstm"), shapes("gru")
_AFTER = {**_GRU, "b_hh": "n"}

#: name: (step, the shape of each parameter, states); n units, m inputs, k others (y's, or h's)
VARIANTS = {
    **{name: (step, shapes(name), states) for name, (step, *_, states) in CELLS.items()},
    "gru --reset after": (gru_reset_after, _AFTER, ["h"]),
    "gru --update new": (gru_update_new, _GRU, ["h"]),
    "gru --reset after --update new": (gru_reset_after_update_new, _AFTER, ["h"]),
    "gated --update old": (gated_update_old, shapes("gated"), ["s"]),
    "minimal": (
        minimal,
        {"w_fh": "nn", "w_fx": "nm", "b_f": "n", "w_hh": "nn", "w_hx": "nm", "b_h": "n", "h": "n"},
        ["h"],
    ),
    "peepholes": (peepholes, {**_LSTM, "w_fc": "n", "w_ic": "n", "w_oc": "n"}, ["h", "c"]),
    "coupled": (
        coupled,
        {k: v for k, v in _LSTM.items() if k not in ("w_ih", "w_ix", "b_i")},
        ["h", "c"],
    ),
    "projection": (
        projection,
        {**_LSTM, "w_fh": "nk", "w_ih": "nk", "w_oh": "nk", "w_ch": "nk", "w_hm": "kn", "h": "k"},
        ["h", "c"],
    ),
    "leaky": (leaky, {"alpha": "", "w_hh": "nn", "w_hx": "nm", "b_h": "n", "h": "n"}, ["h"]),
}
VARIANTS |= {
    f"{name} --readout {word}": (
        with_readout(CELLS[name][0], letter, squash),
        {**shapes(name), f"w_y{letter}": "kn", "b_y": "k"},
        CELLS[name][-1],
    )
    for name, letter in [("simple", "s"), ("gated", "s"), ("lstm", "h"), ("gru", "h")]
    for word, squash in [("identity", identity), ("softmax", softmax), ("sigmoid", all_sigmoid)]
}


def random_problem(name, n, m, steps, random, k=1):
    """Return parameters (states among them) and inputs, all as lists, from a seeded random.Random."""

    def drawn(sizes):
        return [drawn(sizes[1:]) for _ in range(sizes[0])] if sizes else random.uniform(-2, 2)

    size = {"n": n, "m": m, "k": k}
    parameters = {p: drawn([size[s] for s in shape]) for p, shape in VARIANTS[name][1].items()}
    return parameters, [drawn([m]) for _ in range(steps)]


def run(name, parameters, xs):
    """Return what each step computes, by name."""
    step, _, states = VARIANTS[name]
    state = {s: parameters[s] for s in states}
    results = []
    for x in xs:
        results.append(step(parameters, state, x))
        state = {s: results[-1][s] for s in states}
    return results
