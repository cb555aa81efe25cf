"""What `generate` is asked for, and what is drawn beside it."""

import numpy as np
import pytest

from kerasgen.inputs import Codes, Given, Labels, Latents, answer, philox
from kerasgen.kinds import Vectors

pytestmark = pytest.mark.host

ALL = (Latents(2), Labels(3), Codes((4,), 1))


def test_what_is_not_given_is_drawn_in_the_order_of_the_inputs():
    random = philox(5)
    expected = {
        "latents": random.standard_normal((4, 2)).astype("float32"),
        "labels": np.arange(4) % 3,
        "codes": np.stack(
            [random.integers(0, 4, 4), random.uniform(-1.0, 1.0, 4)], axis=1
        ).astype("float32"),
    }
    drawn = answer(ALL, 4, seed=5)
    assert drawn.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(drawn[name], values)


def test_equal_seeds_give_equal_values_and_none_gives_others():
    first, same, other = (answer(ALL, 3, seed)["codes"] for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)
    unseeded = [answer(ALL, 3)["latents"] for _ in range(2)]
    assert not np.array_equal(*unseeded)


@pytest.mark.parametrize(
    ("n", "given", "expected"),
    [
        (None, {"latents": np.zeros((5, 2))}, 5),
        (None, {"labels": [0, 1]}, 2),
        (None, {"labels": 1}, 1),
        (None, {"labels": 1, "codes": [[0, 0.0]] * 3}, 3),
        (np.int64(2), {}, 2),
    ],
)
def test_anything_that_is_given_says_how_many(n, given, expected):
    assert {len(values) for values in answer(ALL, n, **given).values()} == {expected}


@pytest.mark.parametrize(
    ("inputs", "arguments", "message"),
    [
        (ALL, {}, "n=None"),
        (ALL, {"n": 0}, "n=0"),
        (ALL, {"n": True}, "n=True"),
        (ALL, {"n": 3, "latents": np.zeros((2, 2))}, "n=3 and 2 latents"),
        (ALL, {"latents": np.zeros((3, 2)), "labels": [0, 1]}, "3 and 2 labels"),
        (ALL, {"n": 1, "latent": [[0, 0]]}, "nearest names are latents.*latent=..."),
        (ALL[:1], {"n": 1, "labels": 0}, "It is unconditional.*`latents`"),
        ((ALL[0], ALL[2]), {"n": 1, "labels": 0}, "ask for a category by `codes`"),
        (ALL, {"n": 1, "seed": "a"}, "64 - 1. Received: seed='a'"),
        (ALL, {"n": 1, "seed": -1}, "seed=-1"),
        (ALL, {"n": 1.5}, "n=1.5"),
        (ALL, {"latents": [[0, 1], [2]]}, "`latents` must be an array of numb.*a list"),
        (ALL, {"latents": "many"}, "`latents` must be an array.*Received: a str"),
        (ALL, {"latents": 5}, r"must have shape \(n, 2\). Received: shape \(\)"),
        (ALL, {"latents": [[0, np.nan]]}, "`latents` must be finite"),
        (ALL, {"n": 1, "codes": [[0, np.inf]]}, "`codes` must be finite"),
        (ALL, {"codes": [[0], [1, 2]]}, "`codes` must be an array of numbers"),
        (ALL, {"labels": [[0], [1, 2]]}, "`labels` must be an array of numbers"),
        (
            (Given(Vectors(2)),),
            {"vectors": [[0.0], [1.0, 2.0]]},
            "`vectors` must be an",
        ),
        ((), {"n": 1, "latents": 0}, "Its inputs are: none"),
        ((Given(Vectors(2)),), {"n": 1}, "pass `vectors=...`"),
        ((Given(Vectors(2)),), {"vectors": np.zeros((2, 3))}, r"\(2, 3\)"),
    ],
)
def test_what_does_not_fit_is_refused(inputs, arguments, message):
    with pytest.raises(ValueError, match=message):
        answer(inputs, **arguments)


def test_samples_of_a_kind_may_be_given():
    domain = Given(Vectors(2), "A")
    points = np.ones((3, 2), "float32")
    found = answer((domain,), A=points)["A"]
    np.testing.assert_array_equal(domain.encode(found), points)
