import numpy as np
import pytest

from kerasgen import games
from kerasgen.games import picture


def run(snapshots):
    toy = games.ring()
    shots = []
    for step in range(snapshots):
        samples = toy.sample(500, seed=step)
        shots.append(games.Snapshot(step, samples, toy.coverage(samples)))
    return games.Run(0, 8, 1.0, 0.1, 0.1, False, tuple(shots))


@pytest.mark.parametrize("snapshots, panels", [(1, 1), (3, 3), (13, 6)])
def test_there_is_a_panel_for_each_moment(snapshots, panels):
    image = games.samples_over_time(games.ring(), run(snapshots), "hinge")
    height = picture.HEAD + picture.PANEL + picture.FOOT + picture.GAP
    width = panels * (picture.PANEL + picture.GAP) + picture.GAP
    assert image.shape == (height, width, 3) and image.dtype == "uint8"


def test_samples_are_drawn_where_they_are():
    toy = games.Mixture("one", np.array([[1.0, 1.0]]), sigma=0.01)
    samples = np.tile(np.float32([-1.0, 0.5]), (50, 1))
    shot = games.Snapshot(0, samples, toy.coverage(samples))
    only = games.Run(0, 0, 0.0, 0.1, 0.1, False, (shot,))
    image = games.samples_over_time(toy, only, "").astype(int)
    red, blue = image[..., 0], image[..., 2]
    panel = np.s_[picture.HEAD + 3 : picture.HEAD + picture.PANEL - 3, 15:235]
    for rows, columns, (x, y) in (
        (*np.nonzero((blue - red)[panel] > 60), (-1.0, 0.5)),  # samples
        (*np.nonzero((red - blue)[panel] > 60), (1.0, 1.0)),  # the mode
    ):
        scale = picture.PANEL / (2 * toy.extent)
        middle = picture.PANEL / 2
        assert np.mean(columns) + 15 - picture.GAP == pytest.approx(
            middle + scale * x, abs=1.5
        )
        assert np.mean(rows) + 3 == pytest.approx(middle - scale * y, abs=1.5)


def test_samples_outside_or_not_finite_are_left_out():
    toy = games.ring()
    samples = np.float32([[99.0, 0.0], [np.nan, 0.0], [np.inf, 1.0]])
    shot = games.Snapshot(0, samples, toy.coverage(samples))
    with_them = games.Run(0, 0, 0.0, 0.1, 0.1, True, (shot,))
    image = games.samples_over_time(toy, with_them, "").astype(int)
    assert not np.any(image[..., 2] - image[..., 0] > 60)


def test_ways_of_the_saddle_are_drawn_beside_each_other():
    angles = np.linspace(0, 5, 50)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype("float32")
    ways = {name: games.Trajectory(circle * r) for name, r in (("a", 1), ("b", 0.3))}
    image = games.trajectories(ways, "two ways").astype(int)
    assert image.shape[1] == 2 * (picture.PANEL + picture.GAP) + picture.GAP
    line = image[..., 2] - image[..., 0] > 60
    left, right = line[:, : line.shape[1] // 2], line[:, line.shape[1] // 2 :]
    assert np.ptp(np.nonzero(left)[0]) > 2.5 * np.ptp(np.nonzero(right)[0]) > 30
