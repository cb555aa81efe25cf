"""What metrics need of a set of samples, gathered in one pass and kept on disk."""

import functools
import hashlib
import json
import pathlib
import zipfile
import zlib

import keras
import numpy as np

from kerasgen.files import cache_folder, replacing
from kerasgen.metrics.feature_statistics import FeatureStatistics
from kerasgen.metrics.inception_score import ScoreStatistics
from kerasgen.metrics.neighbors.prdc import AgainstReal
from kerasgen.warned import warn

SPLITS = 10  # of the Inception score
PRECISION_K, DENSITY_K = 3, 5  # which neighbor a ball reaches to
FORMAT = 2  # of the files in the cache
PROBES = 16  # samples that tell one preprocessing from another


class Summary:
    """What metrics need of a set of samples; None where nobody asked for it.

    Args:
        n: Number of samples there will be.
        needs: Any of `"statistics"`, `"features"` and `"scores"`.

    Attributes:
        statistics: `FeatureStatistics`.
        features: float32 `(n, size)`.
        scores: `ScoreStatistics` in `SPLITS` parts.
        neighborhoods: Of the features, an `AgainstReal`, searched when first asked for.
    """

    def __init__(self, n, needs):
        self.n = n
        self.needs = tuple(needs)
        self.count = 0
        self.features = None
        self.statistics = FeatureStatistics() if "statistics" in needs else None
        self.scores = ScoreStatistics(n, SPLITS) if "scores" in needs else None

    def add(self, batch):
        """Adds what an `Extractor` gives of the next samples."""
        rows = batch["features"]
        if self.statistics is not None:
            self.statistics.update(rows)
        if self.scores is not None:
            self.scores.update(_softmax(batch["logits"]))
        if "features" in self.needs:
            if self.features is None:
                self.features = np.empty((self.n, rows.shape[1]), "float32")
            self.features[self.count : self.count + len(rows)] = rows
        self.count += len(rows)

    @functools.cached_property
    def neighborhoods(self):
        return AgainstReal(self.features, PRECISION_K, DENSITY_K)


def summarize(samples, extractor, needs, batch_size=64, verbose=0):
    """One pass of an extractor over samples.

    Args:
        samples: `StoredSamples` or `DrawnSamples`.
        extractor: An `Extractor`.
        needs: As for `Summary`.
        batch_size: Samples at a time.
        verbose: 1 shows a progress bar.
    """
    summary = Summary(len(samples), needs)
    bar = keras.utils.Progbar(len(samples), unit_name="sample") if verbose else None
    for batch in extractor.stream(samples.blocks(), batch_size):
        summary.add(batch)
        if bar:
            bar.update(summary.count)
    return summary


def cached_summary(samples, extractor, needs, batch_size=64, verbose=0, folder=None):
    """As `summarize`, but from files where they are there, and into files.

    A file that cannot be read, or holds something else, is written again; where none
    can be written, a warning says so.

    Args:
        folder: Where the files are; None is `kerasgen/statistics` in the folder of
            Keras: `~/.keras`, unless KERAS_HOME says otherwise.
    """
    folder = pathlib.Path(folder or cache_folder("statistics"))
    key = _key(samples, extractor, batch_size)
    paths = {need: folder / f"{extractor.name}_{key}_{need}.npz" for need in needs}
    found = {need: _read(need, path, len(samples)) for need, path in paths.items()}
    missing = [need for need, value in found.items() if value is None]
    summary = Summary(len(samples), ())
    if missing:
        summary = summarize(samples, extractor, missing, batch_size, verbose)
        for need in missing:
            _keep(paths[need], getattr(summary, need))
    for need in set(needs) - set(missing):
        setattr(summary, need, found[need])
    return summary


def _key(samples, extractor, batch_size):
    """Digest of everything the features depend on: samples, network, preprocessing.

    A function that preprocesses is known by its name, which says little; so what the
    extractor makes of a few of the samples belongs to the key.
    """
    features = extractor(samples.spread(PROBES), batch_size)["features"]
    response = [features.mean(), features.std(), features[0, 0]]
    parts = {
        "format": FORMAT,
        "samples": samples.digest(),
        "backend": keras.backend.backend(),
        "response": [f"{value:.4g}" for value in response],
        **extractor.protocol,
    }
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _keep(path, value):
    """Writes a value; one that cannot be written is still there for its caller."""
    try:
        _write(path, value)
    except OSError as error:
        warn(
            f"What the real samples give could not be kept in {path.parent}, and will "
            f"be worked out again: {error}. The environment variable KERAS_HOME names "
            "another folder",
        )


def _write(path, value):
    if isinstance(value, FeatureStatistics):
        value.save(path)
        return
    with replacing(path) as temporary:
        np.savez(temporary, rows=value)


def _read(need, path, n):
    """What a file holds, or None; a `.npz` has a checksum of each array."""
    if not path.exists():
        return None
    try:
        if need == "statistics":
            value = FeatureStatistics.load(path)
            return value if value.count == n else None
        # Opened here, since NumPy leaves a broken file open.
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            rows = archive["rows"]
        return rows if rows.ndim == 2 and len(rows) == n else None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None


def _softmax(logits):
    from scipy.special import softmax

    return softmax(logits.astype("float64"), axis=1)
