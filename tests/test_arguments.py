"""Checks that every argument goes through."""

import math

import numpy as np
import pytest

import kerasgen
from kerasgen import arguments

pytestmark = pytest.mark.host

INF, NAN = math.inf, math.nan


@pytest.mark.parametrize(
    ("check", "fine", "wrong", "rule"),
    [
        (
            arguments.check_positive,
            [1, 10, np.int64(3), np.uint8(1)],
            [0, -1, 1.0, "1", None, True, np.float32(2)],
            "must be a positive integer",
        ),
        (
            arguments.check_seeds,
            [0, 2**64 - 1, np.uint64(2**63)],
            [-1, 2**64, 1.0, "0", None, True],
            "must be an integer from 0 to 2[*]{2}64 - 1",
        ),
        (
            arguments.check_training_seeds,
            [0, None, 2**31 - 1, np.uint8(3)],
            [-1, 2**31, 1.0, "0", True],
            "must be an integer from 0 to 2[*]{2}31 - 1",
        ),
        (
            arguments.check_flags,
            [True, False, 1, 0, None, np.False_],
            ["no", 2, 1.0, [True]],
            "must be True or False",
        ),
        (
            arguments.check_factors,
            [0, 0.0, 3, 0.5, np.float32(0.25), np.int64(2)],
            [-0.1, INF, NAN, "1", None, [1.0], True, 1j],
            "must be at least 0 and finite",
        ),
        (
            arguments.check_above_zero,
            [1, 0.5, np.float64(1e-9)],
            [0, 0.0, -1, INF, NAN, None, "1"],
            "must be positive and finite",
        ),
        (
            arguments.check_fractions,
            [0, 0.0, 0.999, np.float32(0.5)],
            [1, 1.0, -0.1, NAN, None, "0.5"],
            r"must lie in \[0, 1\)",
        ),
        (
            arguments.check_shares,
            [0, 1, 0.5, 1.0],
            [1.1, -0.1, NAN, None, "1"],
            r"must lie in \[0, 1\]",
        ),
        (
            arguments.check_probability,
            [0.5, 1e-9, np.float32(0.25)],
            [0, 1, 1.0, -0.1, NAN, None, "0.5"],
            r"must lie in \(0, 1\)",
        ),
    ],
)
def test_numbers_are_taken_or_refused_by_name(check, fine, wrong, rule):
    for number in fine:
        check(first=number, second=fine[0])
    for number in wrong:
        with pytest.raises(ValueError) as refused:
            check(first=fine[0], second=number)
        assert refused.match(f"`second` {rule}")
        assert str(refused.value).endswith(f"Received: second={number!r}")


def test_a_choice_is_one_of_the_names():
    arguments.check_one_of(("hinge", "minimax"), loss="hinge")
    arguments.check_one_of((None, "layer"), normalization=None)
    with pytest.raises(ValueError) as refused:
        arguments.check_one_of(("hinge", "minimax"), loss="hindge")
    assert refused.match(r"`loss` must be one of \['hinge', 'minimax'\]")
    assert refused.match("The nearest names are hinge. Received: loss='hindge'$")


def test_none_among_the_names_is_no_hint():
    with pytest.raises(ValueError, match="The names are layer. Received: .*=3$"):
        arguments.check_one_of((None, "layer"), normalization=3)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, True),
        (-3, True),
        (np.int32(4), True),
        (np.array(4), True),
        (True, False),
        (np.True_, False),
        (1.0, False),
        ("1", False),
        (None, False),
    ],
)
def test_integers_count_and_booleans_do_not(value, expected):
    assert arguments.is_integer(value) is expected


BYTES = np.arange(64, dtype="uint8").reshape(4, 4, 4, 1)
SWITCHES = [
    (kerasgen.data.load, (BYTES,), "labels indices nonnegative flip shuffle"),
    (kerasgen.data.load, (BYTES,), "drop_remainder"),
    (kerasgen.data.load_pairs, ((BYTES, BYTES),), "paired nonnegative flip shuffle"),
    (kerasgen.data.load_pairs, ((BYTES, BYTES),), "drop_remainder side_by_side"),
    (kerasgen.metrics.evaluate, (BYTES, BYTES), "cache nonnegative"),
    (kerasgen.metrics.multiscale_similarity, (BYTES,), "nonnegative"),
    (kerasgen.metrics.l1_distance, (BYTES, BYTES), "nonnegative"),
    (kerasgen.models.Pix2Pix, (), "conditional"),
    (kerasgen.callbacks.SampleGrid, ("samples",), "animation"),
    (kerasgen.callbacks.TranslationGrid, ("samples", (BYTES, BYTES)), "paired"),
    (kerasgen.adversarial.Alternating, (), "reuse_batch"),
    (kerasgen.inputs.Labels, (3,), "several drawn unlabeled"),
]


@pytest.mark.parametrize(("function", "given", "names"), SWITCHES)
def test_switches_are_on_or_off(function, given, names):
    for name in names.split():
        with pytest.raises(ValueError, match=f"`{name}` must be True or False.*='no'"):
            function(*given, **{name: "no"})
