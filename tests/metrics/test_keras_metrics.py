import keras
import numpy as np
import pytest

from kerasgen.metrics import FrechetDistance, InceptionScore, inception_score
from kerasgen.metrics.frechet_distance import frechet_distance


@pytest.fixture
def sets():
    random = np.random.default_rng(0)
    return (
        random.normal(size=(60, 4)).astype("float32"),
        (1e3 + random.normal(size=(90, 4))).astype("float32"),
    )


def distance(*sets):
    sets = [x.astype("float64") for x in sets]
    moments = [(x.mean(0), np.cov(x, rowvar=False)) for x in sets]
    return frechet_distance(*moments[0], *moments[1])


def fill(metric, real, fake):
    """Tensors of the backend, in batches."""
    tensors = [keras.ops.convert_to_tensor(x) for x in (real, fake)]
    for i in range(0, 60, 20):
        metric.update_state(tensors[0][i : i + 20], tensors[1][i : i + 20])
    metric.update_state(fake=tensors[1][60:])


def test_frechet_distance_of_batches_in_double_precision(sets):
    metric = FrechetDistance()
    fill(metric, *sets)
    assert isinstance(metric, keras.metrics.Metric)
    assert isinstance(metric.result(), float)
    assert metric.result() == pytest.approx(distance(*sets), rel=1e-9)


def test_a_reset_forgets(sets):
    metric = FrechetDistance()
    fill(metric, 5 * sets[0], sets[1])
    metric.reset_state()
    fill(metric, *sets)
    assert metric.result() == pytest.approx(distance(*sets), rel=1e-9)


def test_a_reset_may_keep_the_real_features(sets):
    metric = FrechetDistance(reset_real=False)
    metric.update_state(sets[0], sets[1] + 7)
    metric.reset_state()
    metric.update_state(fake=sets[1])
    assert metric.result() == pytest.approx(distance(*sets), rel=1e-9)


def test_a_distance_without_features_is_refused(sets):
    metric = FrechetDistance()
    metric.update_state(real=sets[0])
    with pytest.raises(ValueError, match="at least 1 image"):
        metric.result()


def test_inception_score_of_batches():
    probs = np.random.default_rng(0).dirichlet(np.ones(5), 40).astype("float32")
    metric = InceptionScore(40, splits=4, name="score")
    for _ in range(2):
        metric.reset_state()
        for i in range(0, 40, 8):
            metric.update_state(keras.ops.convert_to_tensor(probs[i : i + 8]))
    expected = inception_score(probs, splits=4)
    assert metric.result() == pytest.approx(
        {"score": expected.mean, "score_std": expected.std}, rel=1e-12
    )


@pytest.mark.parametrize("metric", [FrechetDistance(False), InceptionScore(50, 5)])
def test_metrics_are_made_again_from_their_configuration(metric):
    copy = keras.metrics.deserialize(keras.metrics.serialize(metric))
    assert type(copy) is type(metric)
    assert copy.get_config() == metric.get_config()


def test_a_compiled_step_is_refused(sets, backend):
    if backend == "torch":
        pytest.skip("PyTorch runs as it is read")
    from kerasgen.engine import compiled

    metric = FrechetDistance()

    def step():
        metric.update_state(real=keras.ops.ones((3, 2)) * scale)
        return scale.value

    scale = keras.Variable(1.0)
    with pytest.raises(ValueError, match="outside of compiled steps"):
        compiled(step)()
