"""Layers as frameworks saved them: their hidden states, computed by the framework, come out again.

The files in ``frameworks`` were made by the frameworks themselves; ``frameworks/make.py`` says how.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnncalc.problem.frameworks import layers_of
from rnncalc.problem.layers import MGU, PEEPHOLE, PROJECTION
from tests.conftest import Calculator

FOLDER = Path(__file__).parent / "frameworks"
XS = f"--xs @{FOLDER / 'xs.npy'}"
CELLS = {"lstm": "h", "gru": "h", "rnn": "s", "mgu": "s"}
OWN = {"flax-mgu": MGU, "onnx-peephole": PEEPHOLE, "torch-projected": PROJECTION}
SEVERAL = {"torch-stacked", "keras-both", "keras-both-list", "onnx-both"}
EXTRA = {
    "keras-gru-no-bias": "--reset after",
    "onnx-gru-before": "--reset before",
    "onnx-gru-after": "--reset after",
}
FILES = {
    file.stem: file
    for file in sorted(FOLDER.iterdir())
    if file.suffix[1:] in ("npz", "safetensors")
}


def tolerance(name: str) -> float:
    """Return how far off a state may be: Keras and ONNX compute in 32 bits."""
    return 1e-6 if name.startswith(("keras", "onnx")) else 1e-12


def command(name: str, folder: Path) -> tuple[str, str]:
    """Return the command that computes a file's layer, and the name of its hidden state."""
    if name in OWN:
        (folder / "own.cell").write_text(OWN[name].text, "utf-8")
        return f"cell {folder / 'own.cell'}", "h"
    (kind,) = (kind for kind in CELLS if kind in name.split("-"))
    words = {"rnn": "simple", "mgu": "gated"}.get(kind, kind)
    return f"{words} {EXTRA.get(name, '')}", CELLS[kind]


def hidden(rnncalc: Calculator, words: str, state: str) -> Any:
    """Return the hidden states of all steps."""
    outcome = rnncalc(f"{words} {XS} --only {state}")
    assert outcome.status == 0, outcome.err
    return np.array([json.loads(line) for line in outcome.out.splitlines()])


@pytest.mark.parametrize("name", sorted(FILES.keys() - SEVERAL))
def test_the_framework_agrees(rnncalc: Calculator, name: str, tmp_path: Path) -> None:
    """Every step's hidden state is the framework's, and changed blocks or matrices show."""
    words, state = command(name, tmp_path)
    expected = np.load(FOLDER / f"{name}.npy")
    found = hidden(rnncalc, f"{words} --weights {FILES[name]}", state)
    assert np.abs(found - expected).max() < tolerance(name)

    saved = tmp_path / "ours.json"
    assert rnncalc(f"{words} --weights {FILES[name]} --save-weights {saved}").status == 0
    ours = json.loads(saved.read_text("utf-8"))
    assert np.array_equal(hidden(rnncalc, f"{words} --weights {saved}", state), found)
    matrices = [key for key in ours if key.startswith("w_") and np.ndim(ours[key]) == 2]
    square = [key for key in matrices if len({*np.shape(ours[key])}) == 1]
    wrong = [{**ours, key: np.transpose(ours[key]).tolist()} for key in square]
    wrong += [
        {**ours, one: ours[other], other: ours[one]}
        for one, other in pairwise(matrices)
        if np.shape(ours[one]) == np.shape(ours[other])
    ]
    assert wrong
    for weights in wrong:
        saved.write_text(json.dumps(weights), "utf-8")
        other = hidden(rnncalc, f"{words} --weights {saved}", state)
        assert np.abs(other - expected).max() > 1e-5


@pytest.mark.parametrize("name", sorted(SEVERAL))
def test_one_of_several_layers(rnncalc: Calculator, name: str) -> None:
    """A file of several layers is an error that lists them; the end of a name is enough."""
    told = rnncalc.error(f"lstm --weights {FILES[name]} {XS}")
    for layer in layers_of(np.load(FILES[name])):
        assert layer.name in told


@pytest.mark.parametrize("name", sorted(SEVERAL))
def test_both_directions(rnncalc: Calculator, name: str, tmp_path: Path) -> None:
    """Two commands are a bidirectional layer, and their results the next one's inputs."""
    layers = [layer.name for layer in layers_of(np.load(FILES[name]))]
    halves, given, found = ("forward", "backward"), tmp_path / "xs.npy", np.load(FOLDER / "xs.npy")
    if name == "torch-stacked":
        layers.sort()  # l0, l0_reverse, l1, l1_reverse
        halves = ("", "reverse")
    while layers:
        np.save(given, found)
        pair, layers = layers[:2], layers[2:]
        parts = []
        for layer, half in zip(pair, halves, strict=True):
            assert half in layer
            command = f"lstm --weights {FILES[name]} --layer {layer} --xs @{given}"
            outcome = rnncalc(f"{command} {'--reverse' if layer == pair[1] else ''} --only h")
            parts.append([json.loads(line) for line in outcome.out.splitlines()])
            assert ("--reverse does" in rnncalc(command).out) == (layer == pair[1])
        found = np.concatenate(parts, axis=1)
    assert np.abs(found - np.load(FOLDER / f"{name}.npy").reshape(4, 6)).max() < tolerance(name)


@pytest.mark.parametrize("name", ["torch-lstm", "torch-gru", "torch-rnn"])
def test_sequences_side_by_side(rnncalc: Calculator, name: str, tmp_path: Path) -> None:
    """In a batch the framework's sequence has the framework's states, whatever is beside it."""
    words, state = command(name, tmp_path)
    xs, expected = np.load(FOLDER / "xs.npy"), np.load(FOLDER / f"{name}.npy")
    np.save(tmp_path / "xs.npy", np.stack([xs[::-1], xs, 2 * xs]))
    given = f"{words} --weights {FILES[name]} --xs @{tmp_path / 'xs.npy'}"
    assert rnncalc(f"{given} --only {state} --save {tmp_path / 'h.npy'}").status == 0
    found = np.load(tmp_path / "h.npy")
    assert found.shape == (3, 4, 3)
    assert np.abs(found[1] - expected).max() < tolerance(name)
    found[1] = expected
    np.save(tmp_path / "h.npy", found)
    outcome = rnncalc(f"{given} --expect {state}=@{tmp_path / 'h.npy'}")
    assert (outcome.status, "\nequal " in outcome.out) == (0, True)


@pytest.mark.torch
@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("seed", range(4))
def test_random_networks(rnncalc: Calculator, kind: str, seed: int, tmp_path: Path) -> None:
    """Random stacked networks of torch, in both directions and batches, give torch's states."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    torch.manual_seed(seed)
    units, inputs, shape = 2 + seed, 1 + seed % 3, (3, 7)
    is_both, bias = seed % 2 == 1, seed < 3
    settings = {"num_layers": 2, "batch_first": True, "bidirectional": is_both, "bias": bias}
    net = getattr(torch.nn, kind)(inputs, units, **settings)
    xs = torch.randn(*shape, inputs)
    with torch.no_grad():
        singles = net(xs)[0].numpy()
        expected = net.double()(xs.double())[0].numpy()
    np.savez(tmp_path / "m.npz", **{key: a.numpy() for key, a in net.state_dict().items()})
    words, state = {"RNN": ("simple", "s"), "LSTM": ("lstm", "h"), "GRU": ("gru", "h")}[kind]
    given, out = tmp_path / "x.npy", tmp_path / "out.npy"
    np.save(given, xs.double().numpy())
    for layer in ("l0", "l1"):
        parts = []
        for half in ("", "_reverse")[: 1 + is_both]:
            model = f"{words} --weights {tmp_path / 'm.npz'} --layer {layer}{half}"
            model += f" --xs @{given} {'--reverse' if half else ''}"
            assert rnncalc(f"{model} --only {state} --save {out} --force").status == 0
            parts.append(np.load(out))
        last = given
        given = tmp_path / f"{layer}.npy"
        np.save(given, np.concatenate(parts, axis=2))
    assert np.abs(np.load(given) - expected).max() < 1e-12
    # In 32 bits torch is equal as far as those go, and with a block of its states moved it isn't.
    np.save(out, singles[:, :, :units])
    command = f"{words} --weights {tmp_path / 'm.npz'} --layer l1 --xs @{last}"
    outcome = rnncalc(f"{command} --expect {state}=@{out}")
    assert outcome.status == 0
    assert "equal as far as 32-bit floats go: largest difference" in outcome.out
    np.save(out, np.roll(singles[:, :, :units], 1, axis=2))
    outcome = rnncalc(f"{command} --expect {state}=@{out} --no-reveal")
    assert (outcome.status, "not equal as far as 32-bit" in outcome.out) == (1, True)


def test_a_part_of_a_layer_s_name(rnncalc: Calculator) -> None:
    """A part between the separators, or its beginning, is enough where one layer has it."""
    for file in ("keras-both", "onnx-both"):
        words = f"lstm --weights {FILES[file]} {XS} --only h@1 --reverse"
        names = [layer.name for layer in layers_of(np.load(FILES[file])) if layer.is_backward]
        outs = {rnncalc(f"{words} --layer {name}").out for name in ("backward", *names)}
        assert len(outs) == 1
        assert outs != {""}


def saved(folder: Path, name: str, **arrays: Any) -> str:
    """Return the option for a file of arrays, whose names have dots for double underscores."""
    np.savez(folder / name, **{key.replace("__", "."): array for key, array in arrays.items()})
    return f"--weights {folder / name}"


@pytest.mark.parametrize(
    ("words", "name", "told"),
    [
        ("simple", "torch-lstm", "a torch LSTM l0: rnncalc lstm is its cell"),
        ("lstm", "keras-gru", "a Keras GRU gru/gru_cell: rnncalc gru is its cell"),
        ("gated", "torch-rnn", "a torch simple RNN l0: rnncalc simple is its cell"),
        ("gru", "flax-mgu-no-reset", "rnncalc gated is its cell"),
        ("gru --reset before", "torch-gru", "--reset after: leave out --reset before"),
        ("gru --reset after", "keras-gru-before", "--reset before: leave out --reset after"),
        ("gru --update new", "torch-gru", "--update old: leave out --update new"),
        ("gru", "keras-gru-no-bias", "type --reset before or --reset after"),
        ("gru", "onnx-gru-after", "type --reset before or --reset after"),
        ("lstm", "onnx-peephole", "f = sigmoid(W.fh @ h_prev + W.fx @ x + W.fc * c_prev + b.f)"),
        ("lstm", "torch-projected", "h = W.hr @ (o * tanh(c))"),
        ("gru", "flax-mgu", "candidate = tanh(f * (W.hh @ h_prev + b.hh) + W.hx @ x + b.h)"),
        ("lstm --layer l1", "torch-lstm", "no layer 'l1'; it has l0 (torch LSTM)"),
        ("lstm --layer l0_back", "torch-stacked", "encoder.l0_reverse (torch LSTM)"),
        ("lstm --layer reverse", "torch-stacked", "its end: encoder.l0_reverse (torch LSTM) and"),
    ],
)
def test_what_does_not_fit(rnncalc: Calculator, words: str, name: str, told: str) -> None:
    """A layer that isn't the command's, or that an option contradicts, is an error that says so."""
    assert told in rnncalc.error(f"{words} --weights {FILES[name]} {XS}")


def test_names_that_tell_of_trouble(rnncalc: Calculator, tmp_path: Path) -> None:
    """Half a layer, norms, quantised weights and wrong sizes are named, and never guessed at."""
    matrix, floats = np.ones((4, 1)), {"weight_ih_l0": np.ones((4, 1))}
    cases: list[tuple[dict[str, Any], str]] = [
        ({"weight_ih_l0": matrix}, "has weight_ih of l0, but not weight_hh"),
        ({**floats, "weight_hh_l0_v": matrix}, "weight-normed"),
        ({**floats, "parametrizations__weight_hh_l0__original0": matrix}, "weight-normed"),
        ({**floats, "weight_hh_l0": matrix.astype("i1")}, "quantised"),
        ({**floats, "weight_hh_l0": np.ones((8, 4))}, "with the shape 8×4"),
        ({**floats, "weight_hh_l0": np.ones((8, 2))}, "sizes don't fit: the input matrix is 4×1"),
        ({**floats, "weight_hh_l0": matrix, "bias_ih_l0": np.ones(3)}, "a bias is"),
        ({"arr_0": matrix}, "np.savez(FILE, *layer.get_weights())"),
        (
            {"weight_ih_l0": np.ones(4), "weight_hh_l0": matrix},
            "weight_ih of l0, a vector of 4: it",
        ),
        ({"kernel": matrix, "recurrent_kernel": np.float64(1)}, "recurrent_kernel, a number: it"),
        ({"W": np.ones((2, 4, 1)), "R": np.ones((1, 4, 1))}, "the first the directions of all"),
        (
            {f"{s}{u}/kernel": np.ones((2, 1)) for s in "ih" for u in "ifgo"}
            | {"hi/bias": np.ones(1)},
            "hi/kernel is 2×1, and needs to be 1×1",
        ),
        (
            {f"i{u}/kernel": np.ones((3, 2)) for u in "ifgo"}
            | {f"h{u}/kernel": np.ones((2, 2)) for u in "ifgo"}
            | {"hi/bias": np.ones(3), "hf/bias": np.ones(1)},
            "hi/bias is a vector of 3, and needs to be a vector of 2",
        ),
        (
            {f"arr_{k}": np.ones(shape) for k, shape in enumerate([(1, 4), (1, 4), (1, 4), (1, 4)])}
            | {"arr_0": np.ones((3, 4))},
            "type np.savez(FILE, **{w.path: w.numpy() for w in model.weights})",
        ),
        ({"weight_xh": matrix}, "the name 'weight_xh' is not known"),
    ]
    for arrays, told in cases:
        assert told in rnncalc.error(f"lstm {saved(tmp_path, 'm.npz', **arrays)} --x 1")


def test_other_layers_beside_it(rnncalc: Calculator, tmp_path: Path) -> None:
    """In a model of many layers the recurrent one is found; by hand, 4 units of 1 give tanh 1/4."""
    zero = {"bias_ih_l0": np.zeros(4), "bias_hh_l0": np.zeros(4)}
    lstm = {"weight_ih_l0": np.zeros((4, 1)), "weight_hh_l0": np.zeros((4, 1)), **zero}
    arrays = {f"module__rnn__{name}": array for name, array in lstm.items()}
    arrays |= {
        "emb__weight": np.ones((9, 1)),
        "fc__bias": np.ones(2),
        "fc__weight": np.ones((2, 1)),
    }
    words = f"lstm {saved(tmp_path, 'm.npz', **arrays)} --c 1 --x 1"
    # All pre-activations are 0: every gate 1/2, the candidate 0, c = 1/2, h = tanh(1/2) / 2.
    (h,) = json.loads(rnncalc(f"{words} --only h").out)
    assert h == pytest.approx(np.tanh(0.5) / 2, abs=1e-15)
    assert "torch LSTM module.rnn.l0: rows i, f, g, o, two biases added" in rnncalc(words).out


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("m.pt", "torch.load("),
        ("m.ckpt", "s.get('state_dict', s.get('model_state_dict', s))"),  # of what else is saved
        ("m.keras", "keras.saving.load_model("),
        ("m.weights.h5", "m.load_weights("),
        ("m.h5", "keras.saving.load_model("),
        ("m.onnx", "onnx.load("),
        ("m.eqx", "equinox.tree_deserialise_leaves("),
        ("m.msgpack", "flax.serialization.msgpack_restore("),
        ("m.pkl", "numpy.savez"),
    ],
)
def test_files_that_are_not_read(rnncalc: Calculator, tmp_path: Path, name: str, told: str) -> None:
    """The error says what the file is, and what Python makes an .npz of it."""
    (tmp_path / name).write_bytes(b"PK\3\4")
    assert told in rnncalc.error(f"lstm --weights {tmp_path / name} --x 1")


def test_an_index_of_shards(rnncalc: Calculator, tmp_path: Path) -> None:
    """An index of several files says which of them has the recurrent layers."""
    index = tmp_path / "model.safetensors.index.json"
    shards = {"rnn.weight_ih_l0": "2.safetensors", "emb.weight": "1.safetensors"}
    index.write_text(json.dumps({"metadata": {}, "weight_map": shards}), "utf-8")
    told = rnncalc.error(f"lstm --weights {index} --x 1")
    assert told.endswith(f"--weights {tmp_path / '2.safetensors'}")


def test_choices_are_saved(rnncalc: Calculator, tmp_path: Path) -> None:
    """What was saved in our names says how it is to be read, also without a bias that shows it."""
    for name in ("ours.json", "ours.npz"):
        path = tmp_path / name
        words = f"gru --weights {FILES['torch-gru-no-bias']} --save-weights {path}"
        outcome = rnncalc(words)
        assert (outcome.status, outcome.out) == (0, "")
        equal = rnncalc(f"gru --weights {path} {XS} --only h").out
        assert equal == rnncalc(f"gru --weights {FILES['torch-gru-no-bias']} {XS} --only h").out
        told = rnncalc.error(f"gru --reset before --weights {path} {XS}")
        assert "says that it is --reset after: leave out --reset before" in told


def test_json_by_a_framework_s_names(rnncalc: Calculator, tmp_path: Path) -> None:
    """A JSON object by a framework's names is read as its arrays are."""
    for name in ("torch-gru", "keras-lstm"):
        path = tmp_path / "m.json"
        path.write_text(json.dumps({k: a.tolist() for k, a in np.load(FILES[name]).items()}))
        words = name.partition("-")[2]
        assert (
            rnncalc(f"{words} --weights {path} {XS} --only h").out
            == rnncalc(f"{words} --weights {FILES[name]} {XS} --only h").out
        )
