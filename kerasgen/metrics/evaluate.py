"""How good are samples? Several numbers from one pass, with their protocol."""

from kerasgen.metrics.evaluator import Evaluator


def evaluate(
    model_or_images,
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
):
    """Measures samples against real images.

    One pass over the samples serves all metrics. What is needed of the real images,
    all of them, is kept in the cache folder of Keras and found again by a digest of
    images, extractor and preprocessing.

    Args:
        model_or_images: A model with `generate`, or images: an array (uint8, or float
            in [-1, 1]), a folder or `.zip`, a name, or what `kerasgen.data.load`
            returns. A model that takes labels is asked for them as often as the real
            set has them, where that has labels.
        real: Images, in any of these forms.
        metrics: Any of `"fid"`, `"is"`, `"kid"` and `"prdc"`: precision, recall,
            density and coverage.
        num_samples: How many; None draws 50,000 from a model and takes all of a set.
            Of a larger set they are spread evenly.
        extractor: What `kerasgen.metrics.load_extractor` takes.
        seed: Integer that fixes the samples, their order, and the subsets of KID.
        split: Split of `real`, where that is a name or a path.
        batch_size: Images at a time in the extractor.
        cache: Whether to keep the statistics of the real images on disk.
        verbose: 1 shows progress bars, 0 does not; "auto" does from 1,000 samples.

    Returns:
        An `Evaluation`: numbers by name, `fid_<extractor>_<n>` and so on, and their
        `protocol`.

    Raises:
        ValueError: If an argument is out of range, there are fewer images than a
            metric needs, the sets differ in channels, or a feature is not finite.

    Example:

    ```python
    real = kerasgen.data.load("fashion_mnist_6k", limit=200)
    model = kerasgen.models.DCGAN((28, 28, 1), filters=4)
    found = kerasgen.metrics.evaluate(
        model, real, metrics=["fid"], num_samples=100, extractor="fashion_mnist"
    )
    found["fid_fashion_mnist_100"]  # large: this model is not trained
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
    )
    return evaluator(model_or_images, num_samples)
