"""The three cells once more, typed by hand in plain Python from the lecture.

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
}


def random_problem(name, n, m, steps, random):
    """Return parameters (states among them) and inputs, all as lists, from a seeded random.Random."""
    _, square, oblong, biases, states = CELLS[name]

    def vector(k):
        return [random.uniform(-2, 2) for _ in range(k)]

    parameters = {w: [vector(n) for _ in range(n)] for w in square}
    parameters |= {w: [vector(m) for _ in range(n)] for w in oblong}
    parameters |= {v: vector(n) for v in [*biases, *states]}
    return parameters, [vector(m) for _ in range(steps)]


def run(name, parameters, xs):
    """Return what each step computes, by name."""
    step, *_, states = CELLS[name]
    state = {s: parameters[s] for s in states}
    results = []
    for x in xs:
        results.append(step(parameters, state, x))
        state = {s: results[-1][s] for s in states}
    return results
