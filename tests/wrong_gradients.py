"""Gradients as people write them, right and wrong: plain NumPy, and nothing of the program.

Each function returns the totals of the derivatives of the sum of the last state, or of half the
squared distance to a target; ``slip`` names the mistake in it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Numbers = dict[str, Any]

SIMPLE = {
    "": "",
    "last": "only the last step counted",
    "now": "_t for ",
    "no slope": "slope left out",
    "share without slope": "in the derivative by the weights alone",
    "slope of z": "slope of z for slope of its value",
    "sigmoid slope": "sigmoid's slope for tanh's",
    "early slope": "slope of the step before",
    "mean": "mean over steps",
    "no weight": "weight left out in going back",
    "first": "step 1 left out",
    "sign": "wrong sign of the error",
    "twice": "factor 2 of the squared distance kept",
    "W for W.T": "W for Wᵀ",
    "outer": "derivative by W transposed",
    "order": "Jacobians in the wrong order",
    "slope behind": "Wᵀ and slope in the wrong order in going back",
}


def _outer(delta: Any, met: Any) -> Any:
    return np.outer(delta, met)


def simple(p: Numbers, xs: Any, target: Any, slip: str) -> Numbers:
    """Back-propagate through a simple cell."""
    s: list[Any] = [p["s"]]
    z: list[Any] = [None]
    for x in xs:
        z.append(p["w_ss"] @ s[-1] + p["w_sx"] @ x + p["b_s"])
        s.append(np.tanh(z[-1]))
    d_w, d_u, d_b = 0 * p["w_ss"], 0 * p["w_sx"], 0 * p["b_s"]
    g = np.ones_like(s[-1]) if target is None else s[-1] - target
    g = -g if slip == "sign" else 2 * g if slip == "twice" else g
    seed, n, product = g, len(xs), np.eye(len(g))
    for t in range(n, 0, -1):
        slope = 1 - s[t] ** 2
        if slip == "no slope":
            slope = np.ones_like(slope)
        elif slip == "slope of z":
            slope = 1 - z[t] ** 2
        elif slip == "sigmoid slope":
            slope = s[t] * (1 - s[t])
        elif slip == "early slope":
            slope = 1 - s[t - 1] ** 2
        delta = g * slope
        added = g if slip == "share without slope" else delta
        if not (slip == "first" and t == 1):
            outer = _outer(added, s[t] if slip == "now" else s[t - 1])
            d_w = d_w + (outer.T if slip == "outer" else outer)
            share = _outer(added, xs[t - 1])
            is_turned = slip == "outer" and share.shape[0] == share.shape[1]
            d_u, d_b = d_u + (share.T if is_turned else share), d_b + added
        if slip == "last":
            break
        behind = slope * (p["w_ss"].T @ g)
        g = p["w_ss"] @ delta if slip == "W for W.T" else p["w_ss"].T @ delta
        g = behind if slip == "slope behind" else g
        g = delta if slip == "no weight" else g
        if slip == "order":
            product = np.diag(slope) @ p["w_ss"] @ product
            g = seed @ product
    found = {"w_ss": d_w, "w_sx": d_u, "b_s": d_b}
    return {key: value / n for key, value in found.items()} if slip == "mean" else found


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


LSTM = {
    "last": "only the last step counted",
    "now": "_t for ",
    "no slope": "slope left out of all functions",
    "gates flat": "slope left out of each sigmoid",
    "tanh of gates": "tanh's slope for sigmoid's",
    "candidate as gate": "sigmoid's slope for tanh's",
    "each tanh flat": "slope left out of candidate and tanh_c",
    "slope of each z": "slope of z for slope of its value of all functions",
    "only c": "immediate derivative taken for the total",
    "only h": "path through c left out",
    "h without c": "path from h_t to c_t left out on the way",
    "no f path": "path from h through f left out",
    "mean": "mean over steps",
    "no weight": "weight left out in going back",
}


def lstm(p: Numbers, xs: Any, target: Any, slip: str) -> Numbers:
    """Back-propagate through an LSTM."""
    h, c = [p["h"]], [p["c"]]
    kept: list[Any] = [None]
    for x in xs:
        a = {k: p[f"w_{k}h"] @ h[-1] + p[f"w_{k}x"] @ x + p[f"b_{k}"] for k in "fioc"}
        gate = {k: np.tanh(a[k]) if k == "c" else _sigmoid(a[k]) for k in "fioc"}
        c.append(gate["f"] * c[-1] + gate["i"] * gate["c"])
        h.append(gate["o"] * np.tanh(c[-1]))
        kept.append((gate, a))
    found = {key: 0 * value for key, value in p.items() if key[0] in "wb"}
    dh = np.ones_like(h[-1]) if target is None else h[-1] - target
    dc, n = 0 * dh, len(xs)
    for t in range(n, 0, -1):
        gate, a = kept[t]
        inner = 1 - (c[t] if slip == "slope of each z" else np.tanh(c[t])) ** 2
        inner = 1 if slip in ("no slope", "each tanh flat") else inner
        dc = dc if slip == "h without c" and t < n else dc + dh * gate["o"] * inner
        raw = {
            "f": dc * c[t - 1],
            "i": dc * gate["c"],
            "o": dh * np.tanh(c[t]),
            "c": dc * gate["i"],
        }
        delta = {}
        for k, value in raw.items():
            y = a[k] if slip == "slope of each z" else gate[k]
            is_tanh = (k == "c") != (slip == "candidate as gate" and k == "c")
            slope = 1 - y**2 if is_tanh or slip == "tanh of gates" else y * (1 - y)
            flat = slip == "no slope" or slip == ("each tanh flat" if k == "c" else "gates flat")
            delta[k] = value if flat else value * slope
            met = h[t] if slip == "now" else h[t - 1]
            found[f"w_{k}h"] = found[f"w_{k}h"] + _outer(delta[k], met)
            found[f"w_{k}x"] = found[f"w_{k}x"] + _outer(delta[k], xs[t - 1])
            found[f"b_{k}"] = found[f"b_{k}"] + delta[k]
        if slip == "last":
            break
        paths = [k for k in "fioc" if not (slip == "no f path" and k == "f")]
        dh = sum(delta[k] if slip == "no weight" else p[f"w_{k}h"].T @ delta[k] for k in paths)
        dh = 0 * dh if slip == "only c" else dh
        dc = 0 * dc if slip == "only h" else dc * gate["f"]
    return {key: value / n for key, value in found.items()} if slip == "mean" else found


GRU = {
    "last": "only the last step counted",
    "no slope": "slope left out everywhere",
    "tanh of gates": "tanh's slope for sigmoid's",
    "only z": "immediate derivative taken for the total",
    "no direct": "path from h through h left out",
    "no r path": "path from h through r left out",
    "mean": "mean over steps",
}


def gru(p: Numbers, xs: Any, target: Any, slip: str) -> Numbers:
    """Back-propagate through a GRU, reset before the matrix, z on the old state."""
    h: list[Any] = [p["h"]]
    kept: list[Any] = [None]
    for x in xs:
        r = _sigmoid(p["w_rh"] @ h[-1] + p["w_rx"] @ x + p["b_r"])
        z = _sigmoid(p["w_zh"] @ h[-1] + p["w_zx"] @ x + p["b_z"])
        n = np.tanh(p["w_hh"] @ (r * h[-1]) + p["w_hx"] @ x + p["b_h"])
        h.append(z * h[-1] + (1 - z) * n)
        kept.append((r, z, n))
    found = {key: 0 * value for key, value in p.items() if key[0] in "wb"}
    g, count = np.ones_like(h[-1]) if target is None else h[-1] - target, len(xs)
    for t in range(count, 0, -1):
        (r, z, n), before, x = kept[t], h[t - 1], xs[t - 1]
        flat = slip == "no slope"
        one_z = 1 - z**2 if slip == "tanh of gates" else z * (1 - z)
        one_r = 1 - r**2 if slip == "tanh of gates" else r * (1 - r)
        dn = g * (1 - z) * (1 if flat else 1 - n**2)
        dz = g * (before - n) * (1 if flat else one_z)
        inner = p["w_hh"].T @ dn
        dr = inner * before * (1 if flat else one_r)
        for k, delta, met in (("h", dn, r * before), ("z", dz, before), ("r", dr, before)):
            found[f"w_{k}h"] = found[f"w_{k}h"] + _outer(delta, met)
            found[f"w_{k}x"] = found[f"w_{k}x"] + _outer(delta, x)
            found[f"b_{k}"] = found[f"b_{k}"] + delta
        if slip == "last":
            break
        direct = 0 if slip == "no direct" else g * z
        by_r = 0 if slip == "no r path" else p["w_rh"].T @ dr
        g = g * z if slip == "only z" else direct + inner * r + p["w_zh"].T @ dz + by_r
    return {key: value / count for key, value in found.items()} if slip == "mean" else found
