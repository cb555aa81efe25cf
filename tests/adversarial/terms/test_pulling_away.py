import numpy as np

from kerasgen.adversarial import PullingAway


def test_it_adds_the_mean_squared_cosine_to_the_generators_loss(
    linear_game, latents, numpy, step
):
    plain, model = linear_game(), linear_game(terms=[PullingAway(0.5)])
    f = numpy(model.discriminator(model.generator(latents))["features"])
    f /= np.linalg.norm(f, axis=1, keepdims=True)
    squares = (f @ f.T) ** 2
    expected = (squares.sum() - np.trace(squares)) / (32 * 31)
    logs = [step(m) for m in (model, plain)]
    added = {name: logs[0][name] - logs[1][name] for name in logs[0]}
    np.testing.assert_allclose(added["generator_loss"], 0.5 * expected, rtol=1e-4)
    assert added["discriminator_loss"] == 0.0
