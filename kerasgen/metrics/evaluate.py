"""How good are samples? Several numbers from one pass, with their protocol."""

from kerasgen.metrics.evaluator import Evaluator


def evaluate(
    model_or_samples,
    real,
    metrics=("fid", "is", "kid"),
    num_samples=None,
    extractor="inception",
    seed=0,
    *,
    split="train",
    batch_size=64,
    cache=True,
    verbose="auto",
    given=None,
    nonnegative=False,
    image_size=None,
    channels=None,
):
    """Measures samples against real ones.

    One pass over the samples serves all metrics. What is needed of the real samples,
    all of them, is kept in the cache folder of Keras and found again by a digest of
    samples, extractor and preprocessing. FID of fewer samples than the extractor has
    features comes with a warning.

    Args:
        model_or_samples: A model with `generate`, or samples: an array (of images:
            uint8, or float in [-1, 1]), a folder or `.zip`, a name, or what
            `kerasgen.data.load` returns. They are images, or of the extractor's `kind`.
            A model that takes labels is asked for them as often as the real set has
            them, where that has labels.
        real: Samples, in any of these forms.
        metrics: Any of `"fid"`, `"is"`, `"kid"` and `"prdc"`: precision, recall,
            density and coverage.
        num_samples: How many; None draws 50,000 from a model and takes all of a set.
            Of a larger set they are spread evenly.
        extractor: What `kerasgen.metrics.load_extractor` takes.
        seed: Integer that fixes the samples, their order, and the subsets of KID.
        split: Split of `real`, where that is a name or a path.
        batch_size: Samples at a time in the extractor.
        cache: Whether to keep the statistics of the real samples on disk.
        verbose: 1 shows progress bars, 0 does not; "auto" does from 1,000 samples.
        given: What a model's `generate` is given, by name: `{"images": photos}` for one
            that translates them, whose rows come in turn, or one value for all
            samples, `{"labels": 3}`.
        nonnegative: Whether float images of which none is below 0 are meant to be so.
            Without it they are refused, for most likely they lie in [0, 1].
        image_size: Integer or `(height, width)` to which stored pictures are cropped
            and resized beforehand, as `kerasgen.data.load` does, in either set. Without
            it, pictures of several sizes are each resized as the extractor resizes.
        channels: 1 takes stored pictures for gray, 3 for color. Without it they are as
            they are, and a gray picture in a set of color ones is taken for color.

    Returns:
        An `Evaluation`: numbers by name, `fid_<extractor>_<n>` and so on, and their
        `protocol`.

    Raises:
        ValueError: If an argument is out of range, there are fewer samples than a
            metric needs, a set is of another kind than the extractor, the sets differ
            in channels, or a feature is not finite.

    Example:

    ```python
    real = kerasgen.data.load("fashion_mnist_6k", limit=200)
    model = kerasgen.models.DCGAN((28, 28, 1), filters=4)
    found = kerasgen.metrics.evaluate(
        model, real, metrics=["fid"], num_samples=150, extractor="fashion_mnist"
    )
    found["fid_fashion_mnist_150"]  # large: this model is not trained
    ```
    """
    evaluator = Evaluator(
        real,
        metrics,
        extractor,
        seed,
        split=split,
        batch_size=batch_size,
        cache=cache,
        verbose=verbose,
        given=given,
        nonnegative=nonnegative,
        image_size=image_size,
        channels=channels,
    )
    return evaluator(model_or_samples, num_samples)
