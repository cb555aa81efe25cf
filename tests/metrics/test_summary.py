import numpy as np
import pytest

from kerasgen.metrics.samples import StoredSamples
from kerasgen.metrics.summary import cached_summary, summarize

NEEDS = ("statistics", "features", "scores")


@pytest.fixture
def counted(block_means):
    """An extractor that counts the images it has seen, without those of the key."""
    extractor = block_means()
    stream = extractor.stream

    def spy(blocks, batch_size=64):
        blocks = list(blocks)
        if sum(map(len, blocks)) > 16:  # more than tell the preprocessing
            extractor.seen += sum(map(len, blocks))
        return stream(blocks, batch_size)

    extractor.stream = spy
    extractor.seen = 0
    return extractor


def test_one_pass_gathers_what_is_needed(counted, images):
    summary = summarize(StoredSamples(images), counted, NEEDS, batch_size=10)
    assert counted.seen == 64
    found = counted(images)
    np.testing.assert_allclose(summary.features, found["features"], atol=1e-6)
    wanted = np.cov(found["features"].astype("float64"), rowvar=False)
    np.testing.assert_allclose(summary.statistics.covariance, wanted, atol=1e-7)
    probs = np.exp(found["logits"].astype("float64"))
    probs /= probs.sum(axis=1, keepdims=True)
    scores = [
        np.exp(np.mean(np.sum(part * np.log(part / part.mean(axis=0)), axis=1)))
        for part in np.split(probs, np.arange(1, 10) * 64 // 10)
    ]
    assert summary.scores.score().mean == pytest.approx(np.mean(scores), rel=1e-6)


def test_what_nobody_needs_is_not_kept(counted, images):
    summary = summarize(StoredSamples(images), counted, ["statistics"])
    assert summary.features is None and summary.scores is None


def test_a_second_run_reads_what_the_first_one_wrote(counted, images, tmp_path):
    real = StoredSamples(images)
    first = cached_summary(real, counted, NEEDS[:2], folder=tmp_path)
    again = cached_summary(real, counted, NEEDS[:2], folder=tmp_path)
    assert counted.seen == 64
    np.testing.assert_array_equal(first.features, again.features)
    np.testing.assert_array_equal(first.statistics.mean, again.statistics.mean)
    np.testing.assert_array_equal(
        first.statistics.covariance, again.statistics.covariance
    )


def test_only_what_is_missing_is_computed(counted, images, tmp_path):
    real = StoredSamples(images)
    cached_summary(real, counted, ["statistics"], folder=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    summary = cached_summary(real, counted, NEEDS[:2], folder=tmp_path)
    assert counted.seen == 128 and len(list(tmp_path.iterdir())) == 2
    assert summary.statistics.count == 64 and len(summary.features) == 64


@pytest.mark.parametrize("damage", ["cut", "altered", "empty", "other"])
@pytest.mark.parametrize("need", NEEDS[:2])
def test_a_damaged_file_is_written_again(counted, images, tmp_path, need, damage):
    real = StoredSamples(images)
    first = cached_summary(real, counted, [need], folder=tmp_path)
    (file,) = tmp_path.iterdir()
    content = bytearray(file.read_bytes())
    if damage == "altered":
        content[len(content) // 3] ^= 255
    damaged = {"cut": content[:300], "empty": b"", "other": b"{}"}.get(damage, content)
    file.write_bytes(damaged)
    again = cached_summary(real, counted, [need], folder=tmp_path)
    assert counted.seen == 128
    cached_summary(real, counted, [need], folder=tmp_path)
    assert counted.seen == 128
    for summary in (first, again):
        rows = summary.features if need == "features" else summary.statistics.mean
        assert np.isfinite(rows).all()


def test_other_images_weights_or_preprocessing_have_other_files(
    block_means, images, tmp_path
):
    extractor = block_means()
    others = images.copy()
    others[5, 5, 5, 0] ^= 1
    same_weights = block_means(preprocess=lambda x: 255.0 - x)
    same_weights.network.set_weights(extractor.network.get_weights())
    for real, by in (
        (images, extractor),
        (others, extractor),
        (images, block_means()),
        (images, same_weights),
    ):
        cached_summary(StoredSamples(real), by, ["statistics"], folder=tmp_path)
    assert len(list(tmp_path.iterdir())) == 4


def test_functions_of_one_name_are_told_apart(block_means, images, tmp_path):
    weights = None
    for shift in (0.0, 1.0, 1.0):
        extractor = block_means(preprocess=lambda x, shift=shift: x + shift)
        weights = weights or extractor.network.get_weights()
        extractor.network.set_weights(weights)
        cached_summary(
            StoredSamples(images), extractor, ["statistics"], folder=tmp_path
        )
    assert len(list(tmp_path.iterdir())) == 2


def test_what_cannot_be_kept_is_returned_with_a_warning(counted, images, tmp_path):
    (tmp_path / "file").write_text("in the way")
    real = StoredSamples(images)
    with pytest.warns(UserWarning, match="could not be kept in .*file.*KERAS_HOME"):
        found = cached_summary(real, counted, NEEDS[:2], folder=tmp_path / "file")
    kept = cached_summary(real, counted, NEEDS[:2], folder=tmp_path / "kept")
    np.testing.assert_array_equal(found.features, kept.features)


def test_the_files_are_in_the_folder_of_keras(
    block_means, images, monkeypatch, tmp_path
):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    cached_summary(StoredSamples(images), block_means(), ["statistics"])
    assert list((tmp_path / "kerasgen" / "statistics").glob("means_*.npz"))
