"""Weights from files: by our names, or as a framework saved them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any

from rnncalc.cells.model import Cell
from rnncalc.errors import Faults, UnusableError, listing, plainly, quoted
from rnncalc.problem.arrays import arrays_of
from rnncalc.problem.layers import fitted, with_choices
from rnncalc.problem.problem import Given, Weights
from rnncalc.problem.sources import ending_of, text_of
from rnncalc.problem.values import read

# What files that are not read hold, and the Python that makes an .npz of each.
_PICKLE = (
    "pickled by PyTorch, and pickles are never loaded",
    "import numpy, torch; s = torch.load({file}, map_location='cpu');"
    " s = s.get('state_dict', s.get('model_state_dict', s));"
    " numpy.savez({npz}, **{{k: v.double().numpy() for k, v in s.items()}})",
)
_KERAS = (
    "a model of Keras",
    "import keras, numpy; m = keras.saving.load_model({file});"
    " numpy.savez({npz}, **{{w.path: w.numpy() for w in m.weights}})",
)
_FOREIGN = {
    **dict.fromkeys((".pt", ".pth", ".bin", ".ckpt"), _PICKLE),
    **dict.fromkeys((".h5", ".hdf5", ".keras"), _KERAS),
    ".weights.h5": (
        "the weights of a Keras model, without the model",
        "m.load_weights({file}); import numpy;"
        " numpy.savez({npz}, **{{w.path: w.numpy() for w in m.weights}})",
    ),
    ".onnx": (
        "a graph of ONNX",
        "import numpy, onnx, onnx.numpy_helper as h; g = onnx.load({file}).graph;"
        " a = {{i.name: h.to_array(i) for i in g.initializer}};"
        " n = next(n for n in g.node if n.op_type in ('LSTM', 'GRU', 'RNN'));"
        " n = dict(zip('XWRBSHCP', n.input));"
        " numpy.savez({npz}, **{{c: a[n[c]] for c in 'WRBP' if n.get(c)}})",
    ),
    ".eqx": (
        "the leaves of an Equinox cell, without their names",
        "import equinox, numpy; c = equinox.tree_deserialise_leaves({file}, cell);"
        " numpy.savez({npz}, **{{k: v for k, v in vars(c).items() if hasattr(v, 'shape')}})",
    ),
    ".msgpack": (
        "written by flax",
        "import flax, numpy; s = flax.serialization.msgpack_restore(open({file}, 'rb').read());"
        " numpy.savez({npz}, **flax.traverse_util.flatten_dict(s, sep='/'))",
    ),
    **dict.fromkeys((".pkl", ".pickle"), ("pickled, and pickles are never loaded", "")),
}
_RECURRENT = r"weight_[ih]h|recurrent_kernel|dense_[ih]"  # in the names of a recurrent layer


def read_weights(
    cell: Cell,
    files: Sequence[str],
    layer: str | None,
    others: Collection[str],
    faults: Faults,
    note: Callable[[str], None],
) -> Weights:
    """Return the parameters that files hold; a later file wins.

    layer: the name of the one to be read where a file has several, or an end of it. others: the
    names of parameters that are given elsewhere. faults: takes what is wrong; raises InputError
    where no more can be told. note: takes what there is to say of a file of an earlier version.
    """
    found, said, has_layers = dict[str, object](), list[str](), False
    for file in files:
        called = plainly(file)
        with faults.of(f"--weights ({called})"):
            contents, added = _contents(file.removeprefix("@")), dict[str, Any]()
            if not {*contents} <= {*cell.parameters, *cell.variants}:
                # Imported only now: no file by our own names has to wait for it.
                from rnncalc.problem.frameworks import layers_of, one_of

                if layers := layers_of(_arrays(contents)):
                    has_layers, one = True, one_of(layers, layer)
                    cell, contents, added, told = fitted(cell, one, {*others, *found})
                    said.append(f"{called} has {told}")
            choices = {n: str(v) for n, v in contents.items() if n in cell.variants}
            cell = with_choices(cell, choices, "says that it")
            for name in [name for name in contents if name not in choices]:
                if name in cell.parameters:
                    label, value = f"{name} in {called}", contents[name]
                    found[name] = Given(label, value, called, added=added.get(name))
                elif name.removesuffix("_error") in cell.states:  # of earlier versions
                    told = "a saved state starts without an error of its own"
                    note(f"note: {name} in {called} is no longer needed: {told}")
                else:
                    from rnncalc.problem.names import unknown_name

                    known = list(cell.parameters)
                    faults.add(
                        "name", unknown_name(cell, f"in {called}, the name", name, known, "key")
                    )
            continue
        faults.settle()  # without the file there is no telling what else is wrong
    if layer and not has_layers:
        faults.add("layer", "--layer has no effect: no file has layers as a framework saves them")
    return Weights(cell, found, said)


def _arrays(contents: Mapping[str, object]) -> dict[str, Any]:
    """Return what is an array, or in JSON may be one, in floats if it is of JSON."""
    import numpy as np

    found = {}
    for name, value in contents.items():
        with suppress(ValueError):
            found[name] = value if hasattr(value, "dtype") else np.array(read(value, 2))
    return found


def to_save(weights: Weights, faults: Faults) -> dict[str, Any]:
    """Return what a file is to hold that gives the same again: choices, and values as numbers.

    Notes what is wrong with the values.
    """
    found = dict[str, Any](weights.cell.chosen)
    for name, item in weights.parameters.items():
        value, label = (item.value, item.label) if isinstance(item, Given) else (item, name)
        with faults.of(label):
            found[name] = read(value, 2 if weights.cell.parameters[name].is_matrix else 1)
    return found


def check_ending(path: str) -> None:
    """Raise ValueError, to stand behind an option's name, for a file that isn't read as JSON."""
    others = {".safetensors", ".npy", ".csv", ".tsv", *_FOREIGN}
    if (ending := ending_of(path)) in others:
        told = f"it holds JSON, or is an .npz, and would be taken for a {ending} later"
        raise UnusableError("file", f"can't write {quoted(path)}: {told}")


def _contents(path: str) -> Mapping[str, object]:
    """Return what a file holds, by name: a JSON object, an ``.npz`` or a ``.safetensors``.

    Raises ValueError, worded to stand behind an option's name, if it is something else.
    """
    for ending in (".weights.h5", ending_of(path)):
        if path.lower().endswith(ending) and ending in _FOREIGN:
            raise UnusableError("file", _foreign(path, *_FOREIGN[ending]))
    match ending_of(path):
        case ".npz":
            return arrays_of(path)
        case ".safetensors":
            from rnncalc.problem.safetensors import tensors_of

            return tensors_of(path)
        case ".csv" | ".tsv" | ".npy" as ending:
            told = f"a {ending} holds one value without a name: type @{path} behind its option"
            raise UnusableError("file", f"can't use {quoted(path, 200)}: {told}")
    from rnncalc.jsontext import json_data

    data = json_data(text_of(path))
    if not isinstance(data, dict):
        raise UnusableError(
            "file", f'needs a JSON object in {quoted(path, 200)}, such as {{"w_ss": 1}}'
        )
    if isinstance(shards := data.get("weight_map"), dict):
        raise UnusableError("file", _sharded(path, shards))
    return data


def _foreign(path: str, what: str, line: str) -> str:
    """Say what a file that is not read is, and what makes one of it that is."""
    told = f"can't use {quoted(path, 200)}: it is {what}"
    if not line:
        return f"{told}; save its arrays with numpy.savez"
    python = line.format(file=repr(path), npz=repr(f"{os.path.splitext(path)[0]}.npz"))
    return f"{told}; in Python, this makes an .npz of it:\n    {python}"


def _sharded(path: str, shards: Mapping[str, object]) -> str:
    """Say which of several files a recurrent layer is in."""
    named = {str(file) for name, file in shards.items() if re.search(_RECURRENT, name)}
    files = [os.path.join(os.path.dirname(path), file) for file in sorted(named)]
    told = f"can't use {quoted(path, 200)}: it is the index of a model in several files"
    if not files:
        return f"{told}, and names no recurrent layer"
    if len(files) == 1:
        return f"{told}; its recurrent layers are in one: --weights {files[0]}"
    loaded = ", ".join(f"**s.load_file({file!r})" for file in files)
    python = f"import numpy, safetensors.numpy as s; numpy.savez('model.npz', {loaded})"
    return f"{told}; in Python, this makes an .npz of {listing(files)}:\n    {python}"
