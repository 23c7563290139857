"""Programs that go back through time by hand, of plain numbers, and edits that make them wrong.

Each program is right as it stands; an edit puts one text for another in it, as somebody may who
mistakes a link of the chain rule.
"""

from __future__ import annotations

from math import exp, tanh
from typing import Any

#: Previous values are those of the place t - 1; L is the last state, or half the squared distance.
PROGRAMS = {
    "simple": """
w, u, b, s = p["w_ss"], p["w_sx"], p["b_s"], [p["s"]]
z = [s[0]]
for x in xs:
    z.append(w * s[-1] + u * x + b)
    s.append(tanh(z[-1]))
n = len(xs)
d_w = d_u = d_b = 0
g = error(s[n])
for t in range(n, 0, -1):
    slope = 1 - s[t] ** 2
    delta = g * slope
    d_w += delta * s[t - 1]
    d_u += delta * xs[t - 1]
    d_b += delta
    g = w * delta
found = {"w_ss": d_w, "w_sx": d_u, "b_s": d_b}
""",
    "gated": """
s, kept = [p["s"]], [None]
for x in xs:
    g = sigmoid(p["w_gs"] * s[-1] + p["w_gx"] * x + p["b_g"])
    n = tanh(p["w_ss"] * s[-1] + p["w_sx"] * x + p["b_s"])
    s.append((1 - g) * s[-1] + g * n)
    kept.append((g, n))
found = dict.fromkeys(["w_gs", "w_gx", "b_g", "w_ss", "w_sx", "b_s"], 0)
d = error(s[-1])
for t in range(len(xs), 0, -1):
    g, n = kept[t]
    d_g = d * n - d * s[t - 1]
    d_n = d * g
    delta = {"g": d_g * g * (1 - g), "s": d_n * (1 - n**2)}
    for k in "gs":
        found["w_" + k + "s"] += delta[k] * s[t - 1]
        found["w_" + k + "x"] += delta[k] * xs[t - 1]
        found["b_" + k] += delta[k]
    direct = d * (1 - g)
    d = direct + p["w_gs"] * delta["g"] + p["w_ss"] * delta["s"]
""",
    "lstm": """
h, c, kept = [p["h"]], [p["c"]], [{"f": 0}]
for x in xs:
    z = {k: p["w_" + k + "h"] * h[-1] + p["w_" + k + "x"] * x + p["b_" + k] for k in "fioc"}
    v = {k: tanh(z[k]) if k == "c" else sigmoid(z[k]) for k in "fioc"}
    c.append(v["f"] * c[-1] + v["i"] * v["c"])
    h.append(v["o"] * tanh(c[-1]))
    kept.append(v)
found = {key: 0 for key in p if key[0] in "wb"}
dh, dc = error(h[-1]), 0
for t in range(len(xs), 0, -1):
    v, out = kept[t], tanh(c[t])
    dc += dh * v["o"] * (1 - out**2)
    raw = {"f": dc * c[t - 1], "i": dc * v["c"], "c": dc * v["i"], "o": dh * out}
    for k in "fioc":
        slope = 1 - v[k] ** 2 if k == "c" else v[k] * (1 - v[k])
        raw[k] = raw[k] * slope
        found["w_" + k + "h"] += raw[k] * h[t - 1]
        found["w_" + k + "x"] += raw[k] * xs[t - 1]
        found["b_" + k] += raw[k]
    dh = sum(p["w_" + k + "h"] * raw[k] for k in "fioc")
    dc = dc * v["f"]
""",
    "gru": """
h, kept = [p["h"]], [None]
for x in xs:
    r = sigmoid(p["w_rh"] * h[-1] + p["w_rx"] * x + p["b_r"])
    z = sigmoid(p["w_zh"] * h[-1] + p["w_zx"] * x + p["b_z"])
    n = tanh(p["w_hh"] * (r * h[-1]) + p["w_hx"] * x + p["b_h"])
    h.append((1 - z) * n + z * h[-1])
    kept.append((r, z, n))
found = {key: 0 for key in p if key[0] in "wb"}
d = error(h[-1])
for t in range(len(xs), 0, -1):
    (r, z, n), before = kept[t], h[t - 1]
    d_z = d * before - d * n
    d_n = d * (1 - z) * (1 - n**2)
    inner = p["w_hh"] * d_n
    d_r = inner * before
    raw = {"r": d_r * r * (1 - r), "z": d_z * z * (1 - z), "h": d_n}
    for k in "rzh":
        met = r * before if k == "h" else before
        found["w_" + k + "h"] += raw[k] * met
        found["w_" + k + "x"] += raw[k] * xs[t - 1]
        found["b_" + k] += raw[k]
    d = d * z + inner * r + p["w_zh"] * raw["z"] + p["w_rh"] * raw["r"]
""",
}

#: The cell, the text that is replaced, what it is replaced by, and what the slip is called.
EDITS: tuple[tuple[str, str, str, str], ...] = (
    ("simple", "xs[t - 1]", "xs[t - 2] if t > 1 else 0", "x_(t-1) for x_t"),
    ("simple", "slope = 1 - s[t] ** 2", "slope = (1 - s[t] ** 2) ** 2", "slope counted twice"),
    ("simple", "1 - s[t] ** 2", "1 - s[t]", "1 - s for 1 - s²"),
    ("simple", "1 - s[t] ** 2", "1 + s[t] ** 2", "1 + s² for 1 - s²"),
    ("simple", "1 - s[t] ** 2", "(1 - s[t] ** 2) ** 0.5", "√(1 - s²) for 1 - s²"),
    ("simple", "g = w * delta", "g = w * g", "slope left out in going back alone"),
    ("simple", "g = w * delta", "g = u * delta", "W^{s,x} for W^{s,s} in going back"),
    ("simple", "g = w * delta", "g = w * w * delta", "W^{s,s} counted twice in going back"),
    ("simple", "g = w * delta", "g = w * delta * slope", "slope counted twice in going back"),
    ("simple", "g = w * delta", "g += w * delta", "derivative by s added up"),
    ("simple", "g = w * delta", "g = w * delta + error(s[t - 1])", "L taken at every step"),
    ("simple", "+=", "=", "only step 1 kept"),
    ("simple", "delta * s[t - 1]", "delta * z[t - 1]", "sum inside s_(t-1) for its value"),
    ("simple", "delta * s[t - 1]", "delta * xs[t - 1]", "x for s_(t-1)"),
    ("simple", "delta * s[t - 1]", "delta * (s[t - 1] if t > 1 else 0)", "s_0 taken for 0"),
    ("simple", "error(s[n])", "-error(s[n])", "wrong sign"),
    ("simple", "n, 0, -1", "n, n - 2, -1", "only 2 steps gone back"),
    ("simple", "g * slope", "g * (slope if t < n else 1)", "slope left out at the last step alone"),
    ("gated", "- d * s[t - 1]", "", "g overlooked in (1 - g) ⊙ s_(t-1)"),
    ("gated", "d * n - d * s[t - 1]", "d * s[t - 1] - d * n", "wrong sign from s back to g"),
    ("gated", "d * n - d", "d * n + d", "minus lost from s back"),
    ("gated", "d * n - d * s[t - 1]", "d * n - d * s[t]", "s_t for s_(t-1) from s back"),
    ("gated", "direct = d * (1 - g)", "direct = d * g", "g for 1 - g from s back to s_(t-1)"),
    ("gated", "direct = d * (1 - g)", "direct = d", "1 - g left out from s back to s_(t-1)"),
    ("gated", "d_n = d * g", "d_n = d * (1 - g)", "1 - g for g from s back to candidate"),
    ("gated", "d_g * g * (1 - g)", "d_g * (1 - n**2)", "slope of candidate for that of g"),
    ("gated", "1 - n**2", "1 - s[t] ** 2", "slope of candidate from s: 1 - s²"),
    (
        "gated",
        'p["w_gs"] * delta["g"] + p["w_ss"] * delta["s"]',
        'p["w_ss"] * delta["g"] + p["w_gs"] * delta["s"]',
        "W^{g,s} and W^{s,s} exchanged in going back",
    ),
    ("lstm", "* (1 - out**2)", "", "slope left out of tanh_c"),
    ("lstm", "1 - out**2", "1 - c[t] ** 2", "slope of tanh_c from c"),
    ("lstm", 'dh * v["o"] *', "dh *", "o left out from h back to tanh_c"),
    ("lstm", "dh * out", "dh * c[t]", "c for tanh_c from h back to o"),
    ("lstm", "dh * out", "dh * tanh(c[t - 1])", "tanh_c_(t-1) for tanh_c_t from h back to o"),
    ("lstm", "dc * c[t - 1]", "dc * c[t]", "c_t for c_(t-1) from c back to f"),
    (
        "lstm",
        '"i": dc * v["c"], "c": dc * v["i"]',
        '"i": dc * v["i"], "c": dc * v["c"]',
        "i and candidate exchanged from c back",
    ),
    (
        "lstm",
        '"f": dc * c[t - 1], "i": dc * v["c"]',
        '"i": dc * c[t - 1], "f": dc * v["c"]',
        "derivatives by f and i exchanged",
    ),
    ("lstm", 'dc = dc * v["f"]', 'dc = dc * v["i"]', "i for f from c back to c_(t-1)"),
    ("lstm", 'dc = dc * v["f"]', "dc = dc", "f left out from c back to c_(t-1)"),
    ("lstm", 'dc * v["f"]', 'dc * kept[t - 1]["f"]', "f_(t-1) for f_t from c back to c_(t-1)"),
    ("lstm", '"h"] * raw[k] for k in "fioc"', '"h"] * raw[k] for k in "c"', "only that through"),
    ("lstm", '"h"] * raw[k] for', '"x"] * raw[k] for', "weights of the input for those of"),
    ("lstm", "dh = sum", "dh += sum", "derivative by h added up"),
    ("lstm", "raw[k] * h[t - 1]", "raw[k] * c[t - 1]", "c_(t-1) for h_(t-1)"),
    ("gru", "d * before - d * n", "d * n - d * before", "wrong sign from h back to z"),
    ("gru", "d * before - d * n", "d * before", "z overlooked in (1 - z) ⊙ candidate"),
    ("gru", "d * (1 - z) * (1", "d * z * (1", "z for 1 - z from h back to candidate"),
    ("gru", "d = d * z +", "d = d * (1 - z) +", "1 - z for z from h back to h_(t-1)"),
    ("gru", "inner * r +", "inner +", "r left out from candidate back to h_(t-1)"),
    ("gru", "r * before if", "before if", "r left out in the derivative by W^{h,h}"),
    ("gru", "d_r = inner * before", "d_r = d_n * before", "W^{h,h} left out on the way back to r"),
    ("gru", "d_r = inner * before", "d_r = inner * r", "r for h_(t-1) from candidate back to r"),
    ("gru", 'p["w_rh"] * raw["r"]', 'p["w_rh"] * raw["z"]', "δ of z for that of r in going back"),
)


def totals(
    cell: str, given: dict[str, float], xs: list[float], target: float | None, *edit: str
) -> dict[str, float]:
    """Return the derivatives by a program with an edit, or without one."""
    text = PROGRAMS[cell]
    if edit:
        old, new = edit
        assert old in text, old
        text = text.replace(old, new)

    def sigmoid(z: float) -> float:
        return 1 / (1 + exp(-z))

    def error(value: float) -> float:
        return 1.0 if target is None else value - target

    names: dict[str, Any] = {"p": given, "xs": xs, "tanh": tanh, "sigmoid": sigmoid, "error": error}
    exec(text, names)
    found: dict[str, float] = names["found"]
    return found
