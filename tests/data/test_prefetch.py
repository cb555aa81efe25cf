"""The next batches are made while one is in use."""

import pytest

from kerasgen import data

pytestmark = pytest.mark.host


def test_next_batches_are_made_in_the_background(folder, monkeypatch):
    monkeypatch.setattr("kerasgen.data.decoder.PROBES", 1)
    dataset = data.load(folder, batch_size=2, cache=0)
    _ = dataset[0]
    ahead = dict(dataset._prefetcher.pending)
    assert sorted(ahead) == [(0, 1), (0, 2)]
    made = ahead[0, 1].result(timeout=30)
    assert dataset[1] is made


def test_batches_in_no_order_are_not_made_ahead(folder):
    dataset = data.load(folder, batch_size=1, cache=0)
    for index in (9, 4, 7, 2):
        _ = dataset[index]
        assert not dataset._prefetcher.pending


def test_two_passes_at_once_are_both_made_ahead(folder):
    dataset = data.load(folder, batch_size=1, cache=0)
    for index in range(4):
        for epoch in (0, 1):
            dataset.set_epoch(epoch)
            _ = dataset[index]
            assert (epoch, index + 1) in dataset._prefetcher.pending


def test_an_error_in_the_background_is_raised_by_its_batch(folder):
    dataset = data.load(folder, batch_size=2, cache=0, shuffle=False)
    (folder / "03.png").write_bytes(b"")
    _ = dataset[0]
    with pytest.raises(ValueError, match=r"03\.png"):
        _ = dataset[1]
