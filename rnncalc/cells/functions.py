"""Activation functions, for a float and for an array, and what the lecture rounds them to.

The textbook forms lose accuracy or overflow, and even a C library's tanh may be off by more than
2 units in the last place (ulp). These stay below 2 ulp for every finite pre-activation, given an
exp that is right to about 1 ulp. NumPy is imported by the array forms alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import exp
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy

    Array = numpy.ndarray[Any, numpy.dtype[numpy.float64]]


class Activation(NamedTuple):
    """A function from a pre-activation to a value, elementwise.

    number: the function of a float. array: the function of an array of any shape.
    slope: its derivative, from the value of the function.
    levels: what rounding gives below, exactly at and above a pre-activation of 0; None if the
    function is not one that the lecture rounds.
    """

    number: Callable[[float], float]
    array: Callable[[Array], Array]
    slope: Callable[[Any], Any]
    levels: tuple[float, float, float] | None = None


#: What ``--ties`` picks of an activation's levels where the pre-activation is 0.
TIES: Mapping[str, int] = {"low": 0, "high": 2, "keep": 1}

# Below this, e/(1+e) loses most to the rounding of 1+e, and e - e²/(1+e) hardly any.
_SMALL = 0.35


def _sigmoid(z: float) -> float:
    e = exp(-abs(z))
    if z >= 0:
        return 1 / (1 + e)
    return e / (1 + e) if e > _SMALL else e - e * e / (1 + e)


def _sigmoid_array(z: Array) -> Array:
    import numpy as np

    result = np.multiply(z, 0.5)
    np.tanh(result, out=result)
    np.multiply(result, 0.5, out=result)
    np.add(result, 0.5, out=result)
    # So far it is right to the last places of 1. Where it is small: e^z (1 - sigmoid(z)).
    small = np.minimum(z, 0.0)
    np.exp(small, out=small)
    np.subtract(small, small * result, out=small)
    np.copyto(result, small, where=z < -1)
    return result


def _tanh(z: float) -> float:
    square = z * z
    if square < 0.4:
        # Lambert's continued fraction (1768), as z minus a correction that is small against it.
        k = square / (3 + square / (5 + square / (7 + square / (9 + square / (11 + square / (13 + square / 15))))))  # fmt: skip  # noqa: E501
        return z - z * k / (1 + k)
    e = exp(-2 * abs(z))
    size = 1 - 2 * e / (1 + e)
    return size if z > 0 else -size


def _tanh_array(z: Array) -> Array:
    import numpy as np

    return np.tanh(z)


def _relu(z: float) -> float:
    return max(z, 0.0)


def _relu_array(z: Array) -> Array:
    import numpy as np

    return np.maximum(z, 0.0)


def _relu_slope(value: Any) -> Any:
    return (value > 0) * 1.0


def _identity(z: Any) -> Any:
    return z


ACTIVATIONS: Mapping[str, Activation] = {
    "tanh": Activation(_tanh, _tanh_array, lambda y: 1 - y * y, (-1.0, 0.0, 1.0)),
    "sigmoid": Activation(_sigmoid, _sigmoid_array, lambda y: y * (1 - y), (0.0, 0.5, 1.0)),
    "relu": Activation(_relu, _relu_array, _relu_slope),
    "identity": Activation(_identity, _identity, lambda y: 1.0),
}
