"""Functions: what a cell may apply, for a float and for an array, and what the lecture rounds.

The textbook forms of sigmoid and tanh lose accuracy or overflow, and even a C library's tanh may be
off by more than 2 units in the last place (ulp). These stay below 2 ulp for every finite argument,
given an exp that is right to about 1 ulp. NumPy is imported by the array forms alone.
"""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy

    Array = numpy.ndarray[Any, numpy.dtype[numpy.float64]]
else:
    Array = Any

#: What is made of NumPy: from an argument, and an array for the values, to the values.
Form = Callable[[Any], "Callable[..., Array]"]


class Function(NamedTuple):
    """A function from an argument to a value, elementwise but for softmax.

    number: the function of a float. form: makes the function of an array, along its last axis, from
    NumPy; that takes an array for the values, too, which may be None. quick: makes one that is
    quicker and as good if no element of the argument is below `LOWEST`; None if there is none.
    slope: its derivative, from the value of the function (of softmax: its diagonal).
    spread: the most that the value can be off by, from the value and what the argument is off by.
    levels: what rounding gives below, exactly at and above an argument of 0; None if the function
    is not one that the lecture rounds. is_bounded: whether its values lie within -1 and 1.
    is_gate: whether they lie within 0 and 1. is_elementwise: whether each element of the value
    depends on that of the argument alone. corners: the arguments where it has no derivative; the
    slope there is 0. as_pytorch: whether PyTorch has that function, with that slope.
    """

    number: Callable[[float], float]
    form: Form
    slope: Callable[[Any], Any]
    levels: tuple[float, float, float] | None = None
    is_bounded: bool = False
    is_gate: bool = False
    is_elementwise: bool = True
    quick: Form | None = None
    corners: tuple[float, ...] = ()
    as_pytorch: bool = False

    def array(self, z: Array) -> Array:
        """Return the function of an array, along its last axis."""
        import numpy as np

        return self.form(np)(z)

    def spread(self, value: Any, error: Any) -> Any:
        """Return how far off a value may be, to first order, if the argument is by ``error``.

        value, error: floats, or arrays of one shape.
        """
        own = self.slope(value) * error
        if self.is_elementwise or isinstance(value, float):
            return own
        return own + value * ((value * error).sum() - value * error)

    def carried_back(self, value: Any, adjoint: Any) -> Any:
        """Return the derivative by the argument, from that by the value.

        value: a float, or an array (n,). adjoint: a float, or an array (n,) or (k, n).
        """
        if self.is_elementwise or isinstance(value, float):
            return adjoint * self.slope(value)
        return value * (adjoint - (value * adjoint).sum(axis=-1, keepdims=True))


#: What ``--ties`` picks of a function's levels where the argument is 0.
TIES: Mapping[str, int] = {"low": 0, "high": 2, "keep": 1}

_GATE_LEVELS = (0.0, 0.5, 1.0)

# Below this, e/(1+e) loses most to the rounding of 1+e, and e - e²/(1+e) hardly any.
_SMALL = 0.35


def _sigmoid(z: float) -> float:
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    e = math.exp(z)
    return e / (1 + e) if e > _SMALL else e - e * e / (1 + e)


#: About here 1 + e^-z stops being exact, and a sigmoid by it is 2.3 ulp off; at -710 it overflows.
LOWEST = -36.7


def _quick_sigmoid(np: Any) -> Callable[..., Array]:
    negative, exp, add, reciprocal, one = np.negative, np.exp, np.add, np.reciprocal, np.ones(())

    def sigmoid(z: Array, out: Array | None = None) -> Array:
        result: Array = negative(z, out)
        exp(result, result)
        add(result, one, result)
        reciprocal(result, result)
        return result

    return sigmoid


def _any_sigmoid(np: Any) -> Callable[..., Array]:
    quick = _quick_sigmoid(np)

    def sigmoid(z: Array, out: Array | None = None) -> Array:
        if not z.min() < LOWEST:
            return quick(z, out)
        result = quick(np.maximum(z, LOWEST), out)
        small = np.exp(np.minimum(z, 0.0))
        np.copyto(result, small - small * small, where=z < LOWEST)
        return result

    return sigmoid


def _tanh(z: float) -> float:
    square = z * z
    if square < 0.4:
        # Lambert's continued fraction (1768), as z minus a correction that is small against it.
        k = square / (3 + square / (5 + square / (7 + square / (9 + square / (11 + square / (13 + square / 15))))))  # fmt: skip  # noqa: E501
        return z - z * k / (1 + k)
    e = math.exp(-2 * abs(z))
    size = 1 - 2 * e / (1 + e)
    return size if z > 0 else -size


def _exp(z: float) -> float:
    return math.exp(z) if z < 709.79 else math.inf  # as NumPy has it, not OverflowError


def _softmax_array(np: Any, z: Array) -> Array:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    result: Array = e / e.sum(axis=-1, keepdims=True)
    return result


def _apart(function: Callable[[Any, Array], Array]) -> Form:
    """Return a form of a function that is given NumPy, too, and makes an array of its own."""

    def form(np: Any) -> Callable[..., Array]:
        def array(z: Array, out: Array | None = None) -> Array:
            result = function(np, z)
            if out is None:
                return result
            np.copyto(out, result)
            return out

        return array

    return form


def _softplus_slope(y: Any) -> Any:
    # 1 - exp(-y), which is y where y is small: a difference would leave nothing of it.
    if isinstance(y, float):
        return -math.expm1(-y)
    import numpy as np

    return -np.expm1(-y)


def _hard(divisor: float, *, as_pytorch: bool = False) -> Function:
    """Return a sigmoid of three straight pieces: z / divisor + 1/2 within 0 and 1."""
    return Function(
        lambda z: min(max(z / divisor + 0.5, 0.0), 1.0),
        _apart(lambda np, z: np.clip(z / divisor + 0.5, 0.0, 1.0)),
        lambda y: ((y > 0) & (y < 1)) / divisor,
        _GATE_LEVELS,
        True,
        True,
        corners=(-divisor / 2, divisor / 2),
        as_pytorch=as_pytorch,
    )


FUNCTIONS: Mapping[str, Function] = {
    "tanh": Function(_tanh, lambda np: np.tanh, lambda y: 1 - y * y, (-1.0, 0.0, 1.0), True),
    "sigmoid": Function(
        _sigmoid,
        _any_sigmoid,
        lambda y: y * (1 - y),
        _GATE_LEVELS,
        True,
        True,
        quick=_quick_sigmoid,
    ),
    "relu": Function(
        lambda z: max(z, 0.0),
        lambda np: lambda z, out=None: np.maximum(z, 0.0, out=out),
        lambda y: (y > 0) * 1.0,
        corners=(0.0,),
        as_pytorch=True,
    ),
    "identity": Function(lambda z: z, _apart(lambda np, z: z), lambda y: y * 0.0 + 1.0),
    "softplus": Function(
        lambda z: max(z, 0.0) + math.log1p(math.exp(-abs(z))),
        _apart(lambda np, z: np.maximum(z, 0.0) + np.log1p(np.exp(-abs(z)))),
        _softplus_slope,
    ),
    "exp": Function(_exp, lambda np: np.exp, lambda y: y),
    "softmax": Function(
        lambda z: 1.0 if z - z == 0 else math.nan,
        _apart(_softmax_array),
        lambda y: y * (1 - y),
        is_bounded=True,
        is_gate=True,
        is_elementwise=False,
    ),
    "step": Function(
        lambda z: (z > 0) * 1.0,
        _apart(lambda np, z: np.where(z > 0, 1.0, 0.0)),
        lambda y: y * 0.0,
        is_bounded=True,
        is_gate=True,
        corners=(0.0,),
    ),
    "hard_sigmoid": _hard(6.0, as_pytorch=True),
    "hard_sigmoid_02": _hard(5.0),
}
