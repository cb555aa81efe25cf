import numpy as np
import pytest
from keras import ops

from kerasgen.kinds import Tokens

KIND = Tokens(3, 300)


@pytest.mark.parametrize("dtype", ["uint16", "int32", "int64"])
def test_they_stay_integers(dtype):
    samples = np.array([[0, 299, 7]], dtype)
    KIND.check(samples)
    tensor = KIND.to_float(ops.convert_to_tensor(samples.astype("int32")))
    assert ops.convert_to_numpy(tensor).dtype == "int32"
    np.testing.assert_array_equal(ops.convert_to_numpy(tensor), [[0, 299, 7]])


@pytest.mark.host
def test_of_scores_the_largest_is_the_token():
    scores = np.zeros((2, 3, 300), "float32")
    scores[0, :, 5], scores[1, :, 299] = 1.0, 0.1
    made = KIND.to_host(scores)
    assert made.dtype == "int32"
    np.testing.assert_array_equal(made, [[5, 5, 5], [299, 299, 299]])


@pytest.mark.host
def test_tokens_themselves_are_rounded():
    np.testing.assert_array_equal(KIND.to_host([[0.2, 6.9, 298.6]]), [[0, 7, 299]])


@pytest.mark.host
@pytest.mark.parametrize(
    ("samples", "message"),
    [
        ([[0, 300, 1]], r"`tokens` must lie in \[0, 300\), the vocabulary.*\[0, 300\]"),
        ([[0, -1, 1]], r"\[-1, 1\]"),
        ([[0.0, 1.0, 2.0]], "must be integers.*float64"),
        ([[True, False, True]], "must be integers.*bool"),
        ([[0, 1]], r"\(batch, 3\).*\(1, 2\)"),
    ],
)
def test_what_is_no_token_is_refused(samples, message):
    with pytest.raises(ValueError, match=message):
        KIND.check(np.array(samples))


@pytest.mark.host
@pytest.mark.parametrize("vocabulary", [0, 2.0, True])
def test_a_vocabulary_has_a_size(vocabulary):
    with pytest.raises(ValueError, match=f"vocabulary={vocabulary}"):
        Tokens(3, vocabulary)
