"""Recurrent layers as frameworks save them, recognised by the names of their arrays.

Which block of an array belongs to which gate never shows in its size: only the names tell one
framework's order from another's. So a layer is recognised by names and checked by sizes, and what
was recognised is said. Nothing is guessed.

Sources: PyTorch, Keras, flax, Equinox and ONNX, and the files that they write.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rnncalc.errors import UnusableError, listing, quoted
from rnncalc.numerals import counted, describe
from rnncalc.problem.layers import (
    AFTER,
    BEFORE,
    GATED,
    GRU,
    LSTM,
    MGU,
    PEEPHOLE,
    PROJECTION,
    SIMPLE,
    Layer,
    odd_gate,
)

Arrays = Mapping[str, Any]

# By how many blocks the matrices have; and what frameworks call those, in order.
_KINDS = {4: LSTM, 3: GRU, 1: SIMPLE}
_IFGO = {4: "ifgo", 3: "rzn", 1: "h"}  # torch, flax and Equinox
_IFCO = {4: "ifco", 3: "zrh", 1: "h"}  # Keras
_IOFC = {4: "iofc", 3: "zrh", 1: "h"}  # ONNX
# What only a recurrent layer has: without the rest of it, it can't be read.
_TELLING = {"weight_ih", "weight_hh", "recurrent_kernel", "dense_h.kernel"}

# Arrays that are no weights yet: what their layer is, and what to do.
_UNREADABLE = {
    r"weight_[ih]h\w*_[gv]|parametrizations\..*weight_[ih]h": "weight-normed: fold the norm into"
    " the weights first, with remove_weight_norm or remove_parametrizations of torch.nn.utils",
    r"_packed_params|_all_weight_values|weight_[ih]h\w*[._](scale|zero_point)": "quantised: save"
    " the layer as it was before, in floats",
}


def layers_of(arrays: Arrays) -> list[Layer]:
    """Return the recurrent layers among named arrays; none if no name tells of one.

    Raises ValueError, worded to stand behind a file's name, for one that can't be read.
    """
    for name in arrays:
        for pattern, told in _UNREADABLE.items():
            if re.search(pattern, name):
                raise UnusableError("layer", f"has {quoted(name)}, which is {told}")
    readers = (_torch, _keras, _unnamed_keras, _flax, _stacked_flax, _onnx)
    layers = [layer for reader in readers for layer in reader(arrays)]
    for layer in layers:
        if {layer.w_x.dtype.kind, layer.w_h.dtype.kind} != {"f"}:
            raise UnusableError("layer", f"has {layer.title} that is quantised: it needs floats")
        if fault := layer.fault():
            raise UnusableError("layer", f"has {layer.title} whose sizes don't fit: {fault}")
    return layers


def one_of(layers: Sequence[Layer], asked: str | None) -> Layer:
    """Return the layer with a name, with one that ends so, or of which a part begins so.

    None asked for is any. Raises ValueError, to stand behind a file's name, unless there is one.
    """
    text = re.escape(asked or "")
    # As it is; its end; a part of it, such as "forward" of "both/forward_lstm/lstm_cell".
    patterns = (text, rf"(.*[./_])?{text}", rf"(.*[./])?{text}([./]|_(?!reverse)).*")
    patterns = patterns if asked else (".*",) * 3
    chosen = ([one for one in layers if re.fullmatch(form, one.name)] for form in patterns)
    found = next(filter(None, chosen), [])
    if len(found) == 1:
        return found[0]
    named = [f"{layer.name} ({layer.framework} {layer.kind.title})" for layer in found or layers]
    told = listing(named)
    if not found:
        raise UnusableError("layer", f"has no layer {quoted(asked or '')}; it has {told}")
    raise UnusableError(
        "layer",
        f"has {counted(len(found), 'layer')}{' of that name' if asked else ''}:"
        f" --layer takes the name of one, or its end: {told}",
    )


def _groups(arrays: Arrays, part: str, needed: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the place of each layer, and its arrays by what the pattern ``part`` says they are.

    A group ``layer`` in the pattern belongs to the place. needed: what a layer must have.
    """
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, array in arrays.items():
        if match := re.fullmatch(rf"(?P<at>(?:.*[./])?)(?P<part>{part})", name):
            layer = match.groupdict().get("layer") or ""
            own = match["part"].removesuffix(f"_{layer}").removesuffix(":0").replace("/", ".")
            found[match["at"] + layer][own] = array
    for at, group in found.items():
        missing = [name for name in needed.split() if name not in group]
        if not missing:
            for name in needed.split():
                if group[name].ndim != (dimensions := 3 if name in ("W", "R") else 2):
                    told = (
                        f"has {name}{at and ' of '}{at.strip('./')}, {describe(group[name].shape)}"
                    )
                    raise UnusableError("layer", f"{told}: it needs {dimensions} dimensions")
            yield at.strip("./"), group
        elif telling := _TELLING & {*group}:
            where = f" of {at.strip('./')}" if at else ""
            raise UnusableError("layer", f"has {telling.pop()}{where}, but not {listing(missing)}")


def _blocks(name: str, matrix: Any, size: int) -> int:
    """Return how many blocks of so many rows a matrix has; raise ValueError if that isn't known."""
    count, rest = divmod(matrix.shape[0], max(1, size)) if matrix.ndim == 2 else (0, 1)
    if rest or count not in _KINDS:
        shape = "×".join(map(str, matrix.shape))
        raise UnusableError(
            "layer",
            f"has a recurrent matrix{f' of {name}' if name else ''} with the shape {shape}: an LSTM"
            f" has 4 blocks of {size} there, a GRU 3, a simple RNN 1",
        )
    return count


def _torch(arrays: Arrays) -> Iterator[Layer]:
    """Yield the layers of torch, and those of Equinox, whose names differ in the biases alone."""
    part = r"(?:weight_(?:ih|hh|hr)|bias_(?:ih|hh|n)|bias)(?:_(?P<layer>l\d+(?:_reverse)?))?"
    for name, has in _groups(arrays, part, "weight_ih weight_hh"):
        w_h, projected = has["weight_hh"], has.get("weight_hr")
        size = w_h.shape[-1] if projected is None else projected.shape[-1]
        k = _blocks(name, w_h, size)
        kind = PROJECTION if projected is not None else _KINDS[k]
        more = {} if projected is None else {"w_hr": projected}
        reset = AFTER if kind is GRU else ""
        b_x, b_h, framework = has.get("bias_ih"), has.get("bias_hh"), "torch"
        if "bias" in has:
            b_x, b_h, framework = has["bias"], _last_block(has.get("bias_n"), k), "Equinox"
        yield Layer(
            name, framework, kind, _IFGO[k], "rows", has["weight_ih"], w_h, b_x, b_h, more, reset
        )


def _last_block(bias: Any, count: int) -> Any:
    """Return a bias of all blocks that is 0 but for the last; None for None."""
    import numpy as np

    return None if bias is None else np.pad(bias, (bias.size * (count - 1), 0))


def _keras(arrays: Arrays) -> Iterator[Layer]:
    part = r"(?:recurrent_kernel|kernel|bias)(?::0)?"
    for name, has in _groups(arrays, part, "kernel recurrent_kernel"):
        yield _keras_layer(name, has["kernel"], has["recurrent_kernel"], has.get("bias"))


def _keras_layer(name: str, kernel: Any, recurrent: Any, bias: Any) -> Layer:
    k = _blocks(name, recurrent.T, recurrent.shape[0])
    b_x, b_h, reset = bias, None, ""
    if k == 3 and bias is not None:
        reset = AFTER if bias.ndim == 2 else BEFORE
        b_x, b_h = (*bias,) if bias.shape[:1] == (2,) and bias.ndim == 2 else (bias, None)
    return Layer(
        name, "Keras", _KINDS[k], _IFCO[k], "columns", kernel.T, recurrent.T, b_x, b_h, {}, reset
    )


def _unnamed_keras(arrays: Arrays) -> Iterator[Layer]:
    """Yield the layer, or the two halves, of ``np.savez(FILE, *layer.get_weights())``."""
    count = len(arrays)
    if [*arrays] != [f"arr_{k}" for k in range(count)] or not count:
        return
    halves = [[*arrays.values()]]
    if count in (4, 6):
        halves = [halves[0][: count // 2], halves[0][count // 2 :]]
    # Halves read the same input; what reads another is a layer on top of the first.
    alike = all([a.shape for a in half] == [a.shape for a in halves[0]] for half in halves)
    is_flat = any(array.ndim != 2 for half in halves for array in half[:2])
    if count not in (2, 3, 4, 6) or is_flat or not alike:
        raise UnusableError(
            "layer",
            f"has {listing([*arrays])}: only the arrays of one recurrent layer of Keras, as"
            " np.savez(FILE, *layer.get_weights()) saves them, are known without names; of a model"
            " type np.savez(FILE, **{w.path: w.numpy() for w in model.weights})",
        )
    names = ("forward", "backward") if len(halves) > 1 else ("",)
    for name, (kernel, recurrent, *bias) in zip(names, halves, strict=True):
        layer = _keras_layer(name, kernel, recurrent, bias[0] if bias else None)
        # Two equal layers, one on top of the other, would look the same: say what it is taken for.
        yield layer._replace(framework="Keras Bidirectional") if name else layer


def _flax(arrays: Arrays) -> Iterator[Layer]:
    """Yield the layers with a kernel for each gate: linen's, and nnx's, which says ``if_``."""
    import numpy as np

    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, array in arrays.items():
        if match := re.fullmatch(r"((?:.*[./])?)([ih][ifgorzn]?)_?[./](kernel|bias)", name):
            found[match[1].strip("./")][match[2] + match[3][0]] = array
    known = {"ifgo": LSTM, "rzn": GRU, "fn": MGU, "": SIMPLE}
    for at, has in found.items():
        for letters, kind in known.items():
            units = [*letters] or [""]
            wanted = {f"{s}{u}k" for s in "ih" for u in units}
            if {name for name in has if name[-1] == "k"} != wanted:
                continue
            if odd := odd_gate(has):
                told = f"has a flax {kind.title} whose sizes don't fit: {odd}"
                raise UnusableError("layer", told)
            size = has[f"h{units[0]}k"].shape[-1]
            w_x, w_h = (np.concatenate([has[f"{s}{u}k"].T for u in units]) for s in "ih")
            b_x, b_h = (
                np.concatenate([has.get(f"{s}{u}b", np.zeros(size)) for u in units])
                if any(f"{s}{u}b" in has for u in units)
                else None
                for s in "ih"
            )
            reset = AFTER if kind in (GRU, MGU) else ""
            if kind is MGU and b_h is None:
                kind, reset = GATED, ""
            across = "a transposed kernel each for" if letters else ""
            yield Layer(at, "flax", kind, letters or "h", across, w_x, w_h, b_x, b_h, {}, reset)


def _stacked_flax(arrays: Arrays) -> Iterator[Layer]:
    """Yield the layers of nnx whose kernels hold all gates."""
    part = r"dense_[ih][./](?:kernel|bias)"
    for name, has in _groups(arrays, part, "dense_i.kernel dense_h.kernel"):
        w_x, w_h = has["dense_i.kernel"].T, has["dense_h.kernel"].T
        k = _blocks(name, w_h, w_h.shape[-1])
        reset = AFTER if k == 3 else ""
        b_x, b_h = has.get("dense_i.bias"), has.get("dense_h.bias")
        yield Layer(name, "flax", _KINDS[k], _IFGO[k], "columns", w_x, w_h, b_x, b_h, {}, reset)


def _onnx(arrays: Arrays) -> Iterator[Layer]:
    for at, has in _groups(arrays, "[WRBP]", "W R"):
        directions = len(has["W"])
        if any(a.shape[:1] != (directions,) or a.ndim != 2 + (n in "WR") for n, a in has.items()):
            shapes = listing([f"{name} {array.shape}" for name, array in has.items()])
            told = "ONNX has W and R of 3 dimensions, B and P of 2, the first the directions of all"
            raise UnusableError("layer", f"has {shapes}: {told}")
        for number in range(directions):
            w_x, w_h = has["W"][number], has["R"][number]
            bias, peepholes = (has[name][number] if name in has else None for name in "BP")
            direction = ("forward", "backward")[number] if directions > 1 else ""
            name = ".".join(filter(None, (at, direction)))
            k = _blocks(name, w_h, w_h.shape[-1])
            size = w_h.shape[-1]
            b_x, b_h = (None, None) if bias is None else (bias[: k * size], bias[k * size :])
            kind, more = _KINDS[k], {}
            if peepholes is not None and peepholes.any():
                kind = PEEPHOLE
                more = {f"w_{unit}c": peepholes[n * size :][:size] for n, unit in enumerate("iof")}
            yield Layer(name, "ONNX", kind, _IOFC[k], "rows", w_x, w_h, b_x, b_h, more)
