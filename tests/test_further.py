"""Further slips, which are looked for where the catalogue has none, are named by what they give."""

from __future__ import annotations

from math import exp, tanh
from typing import Any

import pytest

from rnncalc import CELLS, build
from rnncalc.check.answers import UNRIGHT, written_down
from rnncalc.check.diagnosis import diagnose
from rnncalc.check.further.search import KINDS, further_slips
from rnncalc.check.grade import judge
from tests.conftest import Calculator
from tests.test_slips import LSTM, ZC, ZF, ZI, ZO, C, F, I, N, O, sigmoid


def _told(rnncalc: Calculator, command: str) -> dict[str, Any]:
    (told,) = rnncalc(f"{command} -f json").json
    return {slip["name"]: slip for slip in told["mistakes"][0]["slips"]}


def _h(f: float, i: float, o: float, n: float) -> float:
    return o * tanh(f * -0.8 + i * n)


def _shortened(digits: int) -> float:
    f, i, o = (round(gate, digits) for gate in (F, I, O))
    return _h(f, i, o, N)


def _of_whole_input() -> float:
    return _h(sigmoid(ZF - 0.2), sigmoid(ZI + 0.25), sigmoid(ZO + 0.4), tanh(ZC - 0.25))


LATE = sigmoid(-0.6 * C + 1.2 + 0.1)
#: The code of a slip, and the hidden state that it gives by hand (F, I, O, N, C are what is right).
OF_H = {
    "every gate rounded to 1 decimal": ("rounded-on-the-way", _shortened(1)),
    "sigmoid rounded to 0 or 1 everywhere": ("rounded-unasked", _h(0, 1, 1, N)),
    "every sigmoid rounded to 0 or 1, every tanh to -1 or 1": ("rounded-unasked", 1.0),
    "every input rounded to whole numbers": ("numbers-shortened", _of_whole_input()),
    "the new c for h_prev in o": ("new-for-old", LATE * tanh(C)),
    "candidate taken as c": ("taken-as-state", O * tanh(N)),
    "h_prev and c_prev taken as 1": (
        "other-start",
        sigmoid(ZO - 0.24) * tanh(sigmoid(ZF + 0.12) + sigmoid(ZI + 0.28) * tanh(ZC + 0.36)),
    ),
    "2^-z for e^-z everywhere": (
        "other-formula",
        _h(1 / (1 + 2**-ZF), 1 / (1 + 2**-ZI), 1 / (1 + 2**-ZO), N),
    ),
    "brackets left out in (e^z - e^-z)/(e^z + e^-z), those below, on candidate": (
        "other-formula",
        _h(F, I, O, (exp(ZC) - exp(-ZC)) / exp(ZC) + exp(-ZC)),
    ),
    "one step too many, the last x twice": ("other-inputs", None),
}


def _two_steps() -> float:
    h = O * tanh(C)
    f, i, o = sigmoid(0.3 * h - 0.4), sigmoid(0.7 * h + 0.45), sigmoid(-0.6 * h + 1.3)
    return o * tanh(f * C + i * tanh(0.9 * h - 0.35))


@pytest.mark.parametrize("name", OF_H)
def test_further_slips_are_named(rnncalc: Calculator, name: str) -> None:
    """A hidden state of six digits as a slip gives it by hand is consistent with that slip."""
    code, worth = OF_H[name]
    worth = _two_steps() if worth is None else worth
    offered = _told(rnncalc, f"{LSTM} --expect h={worth:.6f}")
    assert offered[name]["code"] == code
    assert offered[name]["gives"] == pytest.approx(worth, abs=1e-12)


@pytest.mark.parametrize("steps", [14, 120])
def test_a_long_sequence_has_further_slips_in_its_first_steps(
    rnncalc: Calculator, steps: int
) -> None:
    """What comes behind the answers doesn't keep a further slip in a step from being named."""
    name = "every gate rounded to 1 decimal"
    inputs = LSTM.replace("--x 1.5", f"--xs [{','.join(['1.5'] * steps)}]")
    assert name in _told(rnncalc, f"{inputs} --expect h@1={OF_H[name][1]:.6f}")


def test_further_slips_are_tried_on_pre_activations(rnncalc: Calculator) -> None:
    """A wrong sum that nothing explains is only wrong, though functions may be rounded in it."""
    inputs = LSTM.replace("--x 1.5", "--xs [1.5,0.5]")
    assert _told(rnncalc, f"{inputs} --expect pre.o@2=0.7654321") == {}


def test_kinds_are_found_by_what_they_give() -> None:
    """All that the first slip of each kind computes is explained, and nothing that is right is."""
    given = {
        "w_rh": [[0.5, -0.3], [0.8, 0.2]], "w_rx": [[-0.6, 0.4], [0.7, -0.9]], "b_r": [0.1, 0.6],
        "w_zh": [[-0.4, 0.9], [0.3, 0.52]], "w_zx": [[0.21, -0.8], [0.44, 0.6]], "b_z": [-0.3, 0.2],
        "w_hh": [[0.74, -0.13], [-0.5, 0.9]], "w_hx": [[0.66, 0.2], [-0.35, 0.8]],
        "b_h": [0.25, -0.45], "h": [0.63, -0.72],
    }  # fmt: skip
    problem = build(CELLS["gru"], given, [[0.9, -1.2], [0.35, 1.7], [-0.8, 0.4]]).gathered(3)
    slips = further_slips(problem)
    firsts = {slip.code: slip for slip in reversed(slips)}
    assert len(slips) > 500
    assert {*firsts} <= {kind.code for kind in KINDS}
    for slip in firsts.values():
        rows = [*slip.forms[0].run()][:3]
        answers = [written_down(step.t, "h", step.values["h"], 6) for step in rows]
        verdicts = judge(problem, answers)
        if any(verdict.word in UNRIGHT for verdict in verdicts):
            (mistake,) = diagnose(problem, verdicts).mistakes
            assert mistake.explanations, slip.name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("-0.185344", "two digits exchanged in writing h"),
        ("-0.518344", "two digits exchanged in writing h"),
        ("0.158344", "sign of h lost in writing it"),
        ("-1.58344", "decimal point misplaced in writing h"),
        ("-15.8344", "decimal point misplaced in writing h"),
        ("-0.1558344", "a digit written twice in h"),
        ("-0.15344", "a digit left out in writing h"),
        ("-0.458344", "a digit misread or mistyped in writing h"),
    ],
)
def test_slips_in_writing(rnncalc: Calculator, typed: str, name: str) -> None:
    """-0.158344 typed otherwise is told as that, with what was to be there."""
    assert f"{O * tanh(C):.6f}" == "-0.158344"
    offered = _told(rnncalc, f"{LSTM} --expect h={typed}")
    assert offered[name]["code"] == "written-down-wrongly"
    assert offered[name]["gives"] == pytest.approx(O * tanh(C), abs=1e-12)


def test_elements_in_writing(rnncalc: Calculator) -> None:
    """Elements of an answer in each other's place are told, but not if somebody went on from it."""
    command = "gated --w-gs '[[.3,.5],[-.4,.2]]' --w-gx '[.7,-.6]' --w-ss '[[.8,-.3],[.1,.9]]'"
    command += " --w-sx '[-.5,.4]' --s '[.6,-.7]' --x 1.5"
    g = sigmoid(0.18 - 0.35 + 1.05), sigmoid(-0.24 - 0.14 - 0.9)
    n = tanh(0.48 + 0.21 - 0.75), tanh(0.06 - 0.63 + 0.6)
    name = "elements of g written in each other's place"
    swapped = f"--expect 'g=[{g[1]:.4f}, {g[0]:.4f}]' --expect 'candidate=[{n[0]:.4f}, {n[1]:.4f}]'"
    assert name in _told(rnncalc, f"{command} {swapped}")
    s = (1 - g[1]) * 0.6 + g[1] * n[0], (1 - g[0]) * -0.7 + g[0] * n[1]
    assert name not in _told(rnncalc, f"{command} {swapped} --expect 's=[{s[0]:.4f}, {s[1]:.4f}]'")


def test_a_quantity_that_is_held_is_there_from_the_start(
    rnncalc: Calculator, tmp_path: Any
) -> None:
    """A slip may read what is held before its own equation comes."""
    cell = tmp_path / "two.cell"
    cell.write_text("a = W.aa @ b_prev\nb = tanh(W.aa @ a_prev)\n")
    weights = "--w-aa 0.5 --a 0.3 --b 0.1 --set b=0.7123"
    told = _told(rnncalc, f"cell {cell} {weights} --expect a=0.7123")
    assert "b given for a" in told


@pytest.mark.parametrize("code", ["other-formula", "numbers-shortened", "written-down-wrongly"])
def test_codes_are_explained(rnncalc: Calculator, code: str) -> None:
    """The code behind a name is what help explains, once for all that teach the same."""
    out = rnncalc(f"help {code}").out
    assert f"slip [{code}]" in out
    assert out.count("\n") < 40
