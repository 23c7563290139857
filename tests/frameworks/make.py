"""Make the files in this folder: layers as each framework saves them, and what it computes.

    python tests/frameworks/make.py torch|keras|flax|equinox|onnx

Each run needs the framework itself, and writes NAME.npz or NAME.safetensors with a layer of random
weights and biases, 3 units and 3 inputs, and NAME.npy with its hidden states for the 4 steps of
xs.npy, in float64; Keras and ONNX compute in float32.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent
CHANCE = np.random.default_rng(7)
SIZE, STEPS = 3, 4
XS = np.random.default_rng(5).normal(size=(STEPS, SIZE)).round(3)


def some(shape: Any) -> Any:
    """Return random numbers of two decimals, none of them 0."""
    return CHANCE.uniform(0.1, 0.9, shape).round(2) * CHANCE.choice([-1, 1], shape)


def keep(name: str, arrays: Any, hidden: Any) -> None:
    """Write a layer, whose arrays have names or don't, and its hidden states."""
    named = arrays if isinstance(arrays, dict) else {f"arr_{k}": a for k, a in enumerate(arrays)}
    if name.endswith(".safetensors"):
        from safetensors.numpy import save_file

        save_file({key: np.ascontiguousarray(a) for key, a in named.items()}, FOLDER / name)
    else:
        np.savez_compressed(FOLDER / f"{name}.npz", **named)
    np.save(FOLDER / f"{name.partition('.')[0]}.npy", np.asarray(hidden).reshape(-1, SIZE))


def torch() -> None:
    """Layers of PyTorch: plain, several in a model, both directions, cells, projected."""
    import torch

    torch.set_default_dtype(torch.float64)

    def saved(module: Any) -> dict[str, Any]:
        with torch.no_grad():
            for tensor in module.parameters():
                tensor.copy_(torch.from_numpy(some(tuple(tensor.shape))))
        return {key: tensor.numpy() for key, tensor in module.state_dict().items()}

    def states(module: Any) -> Any:
        with torch.no_grad():
            return module(torch.from_numpy(XS))[0].numpy()

    for title in ("RNN", "LSTM", "GRU"):
        for bias in (True, False):
            layer = getattr(torch.nn, title)(SIZE, SIZE, bias=bias)
            keep(f"torch-{title.lower()}{'' if bias else '-no-bias'}", saved(layer), states(layer))
        cell = getattr(torch.nn, f"{title}Cell")(SIZE, SIZE)
        arrays, state, hidden = saved(cell), None, []
        for x in torch.from_numpy(XS):
            state = cell(x, state)
            hidden.append((state[0] if title == "LSTM" else state).detach().numpy())
        keep(f"torch-{title.lower()}-cell.safetensors", arrays, hidden)
    model = torch.nn.ModuleDict(
        {"encoder": torch.nn.LSTM(SIZE, SIZE, 2, bidirectional=True), "fc": torch.nn.Linear(6, 1)}
    )
    arrays = saved(model)
    with torch.no_grad():
        both = model["encoder"](torch.from_numpy(XS))[0].numpy()
    keep("torch-stacked", arrays, both)
    projected = torch.nn.LSTM(SIZE, 4, proj_size=SIZE)
    keep("torch-projected", saved(projected), states(projected))


def keras() -> None:
    """Layers of Keras: by path and as bare lists, both sorts of GRU, both directions."""
    os.environ["KERAS_BACKEND"] = "numpy"
    import keras

    settings = {"return_sequences": True}

    def run(layer: Any) -> Any:
        layer.build((1, STEPS, SIZE))
        layer.set_weights([some(array.shape) for array in layer.get_weights()])
        return layer(XS[None])

    def by_path(layer: Any) -> dict[str, Any]:
        return {weight.path: np.asarray(weight) for weight in layer.weights}

    make = {
        "keras-rnn": keras.layers.SimpleRNN,
        "keras-lstm": keras.layers.LSTM,
        "keras-gru": keras.layers.GRU,
    }
    for name, kind in make.items():
        layer = kind(SIZE, **settings)
        hidden = run(layer)
        keep(name, by_path(layer), hidden)
        keep(f"{name}-list", layer.get_weights(), hidden)
    before = keras.layers.GRU(SIZE, **settings, reset_after=False)
    hidden = run(before)
    keep("keras-gru-before", by_path(before), hidden)
    bare = keras.layers.GRU(SIZE, **settings, use_bias=False)
    hidden = run(bare)
    keep("keras-gru-no-bias", by_path(bare), hidden)
    both = keras.layers.Bidirectional(keras.layers.LSTM(SIZE, **settings))
    hidden = run(both)
    keep("keras-both", by_path(both), hidden)
    keep("keras-both-list", both.get_weights(), hidden)


def flax() -> None:
    """Cells of flax, linen's and nnx's."""
    import jax
    from flax import linen, nnx
    from flax.traverse_util import flatten_dict

    jax.config.update("jax_enable_x64", True)
    key, f64 = jax.random.key(0), jax.numpy.float64

    def states(cell: Any, step: Any, shape: Any = (SIZE,)) -> Any:
        carry, hidden = cell, []
        for x in XS:
            carry, h = step(carry, x)
            hidden.append(np.asarray(h))
        return hidden

    for name, kind, extra in (
        ("lstm", linen.LSTMCell, {}),
        ("optimized-lstm", linen.OptimizedLSTMCell, {}),
        ("gru", linen.GRUCell, {}),
        ("mgu", linen.MGUCell, {}),
        ("mgu-no-reset", linen.MGUCell, {"reset_gate": False}),
        ("rnn", linen.SimpleCell, {}),
    ):
        cell = kind(features=SIZE, param_dtype=f64, dtype=f64, **extra)
        carry = cell.initialize_carry(key, (SIZE,))
        carry = jax.tree.map(lambda a: a.astype(f64), carry)
        variables = jax.tree.map(lambda a: some(a.shape), cell.init(key, carry, XS[0]))
        arrays = {k: np.asarray(a) for k, a in flatten_dict(variables, sep="/").items()}
        keep(
            f"flax-{name}",
            arrays,
            states(carry, lambda c, x, m=cell, v=variables: m.apply(v, c, x)),
        )

    for name, kind in (
        ("lstm", nnx.LSTMCell),
        ("optimized-lstm", nnx.OptimizedLSTMCell),
        ("gru", nnx.GRUCell),
        ("rnn", nnx.SimpleCell),
    ):
        cell = kind(SIZE, SIZE, param_dtype=f64, dtype=f64, rngs=nnx.Rngs(0))
        parts = nnx.split(cell, nnx.Param, ...)
        pure = nnx.to_pure_dict(parts[1])
        pure = jax.tree.map(lambda a: some(a.shape), pure)
        nnx.replace_by_pure_dict(parts[1], pure)
        cell = nnx.merge(*parts)
        arrays = {k: np.asarray(a) for k, a in flatten_dict(pure, sep=".").items()}
        zero = jax.numpy.zeros(SIZE, f64)
        carry = (zero, zero) if "lstm" in name else zero
        keep(f"nnx-{name}.safetensors", arrays, states(carry, lambda c, x, m=cell: m(c, x)))


def equinox() -> None:
    """Cells of Equinox."""
    import equinox
    import jax

    jax.config.update("jax_enable_x64", True)
    for name, kind in (("lstm", equinox.nn.LSTMCell), ("gru", equinox.nn.GRUCell)):
        cell = kind(SIZE, SIZE, key=jax.random.key(0), dtype=jax.numpy.float64)
        arrays = {k: some(v.shape) for k, v in vars(cell).items() if hasattr(v, "shape")}
        cell = equinox.tree_at(
            lambda c, keys=tuple(arrays): [getattr(c, k) for k in keys], cell, [*arrays.values()]
        )
        zero = jax.numpy.zeros(SIZE)
        state, hidden = ((zero, zero) if name == "lstm" else zero), []
        for x in XS:
            state = cell(jax.numpy.asarray(x), state)
            hidden.append(np.asarray(state[0] if name == "lstm" else state))
        keep(f"equinox-{name}", arrays, hidden)


def onnx() -> None:
    """Nodes of ONNX, computed by its reference evaluator or by onnxruntime."""
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper

    def run(kind: str, arrays: dict[str, Any], **attributes: Any) -> Any:
        arrays = {key: array.astype(np.float32) for key, array in arrays.items()}
        both = attributes.get("direction") == "bidirectional"
        inputs = ["X", *"WRB"] + (["", "", "", "P"] if "P" in arrays else [])
        node = helper.make_node(kind, inputs, ["Y"], hidden_size=SIZE, **attributes)
        tensors = [onnx.numpy_helper.from_array(array, key) for key, array in arrays.items()]
        x = helper.make_tensor_value_info("X", TensorProto.FLOAT, [STEPS, 1, SIZE])
        y = helper.make_tensor_value_info("Y", TensorProto.FLOAT, None)
        graph = helper.make_graph([node], "g", [x], [y], tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
        session = onnxruntime.InferenceSession(model.SerializeToString())
        (y,) = session.run(None, {"X": XS[:, None].astype(np.float32)})
        return y[:, :, 0] if both else y[:, 0, 0]

    def arrays(blocks: int, directions: int = 1) -> dict[str, Any]:
        return {
            "W": some((directions, blocks * SIZE, SIZE)),
            "R": some((directions, blocks * SIZE, SIZE)),
            "B": some((directions, 2 * blocks * SIZE)),
        }

    for name, kind, blocks, more in (
        ("rnn", "RNN", 1, {}),
        ("lstm", "LSTM", 4, {}),
        ("gru-before", "GRU", 3, {"linear_before_reset": 0}),
        ("gru-after", "GRU", 3, {"linear_before_reset": 1}),
    ):
        keep(f"onnx-{name}", found := arrays(blocks), run(kind, found, **more))
    found = {**arrays(4), "P": some((1, 3 * SIZE))}
    keep("onnx-peephole", found, run("LSTM", found))
    found = arrays(4, 2)
    keep("onnx-both", found, run("LSTM", found, direction="bidirectional"))


if __name__ == "__main__":
    np.save(FOLDER / "xs.npy", XS)
    globals()[sys.argv[1]]()
