"""The last step before batches: samples of one kind and shape."""

from kerasgen.data.decoder import Decoder
from kerasgen.kinds import Images


def prepared(source, kind, transform, flip, workers, cache_bytes):
    """Return samples that can be put into batches, images transformed.

    Args:
        source: a `Source` that has been read `of_kind`.
        kind: the `Kind` asked for, which images must have when they come out, or what
            else `of_kind` takes.
        transform: a `Transform`.
        flip: whether images will be mirrored.
        workers, cache_bytes: as for `Decoder`.

    Returns:
        What a `Dataset` takes.

    Raises:
        ValueError: If samples of another kind are to be transformed, or images have
            another shape than `kind`.
    """
    if source.kind is not None and not isinstance(source.kind, Images):
        _check_untouched(source.kind, transform, flip)
        return source
    samples = source
    if source.kind is None or not transform.leaves(source.kind.shape):
        samples = Decoder(source, transform, workers, cache_bytes)
    if isinstance(kind, Images) and samples.kind != kind:
        raise ValueError(
            f"The images of {source} come out as {samples.kind}: `crop`, `image_size` "
            f"and `channels` change that. Received: kind={kind}"
        )
    return samples


def _check_untouched(kind, transform, flip):
    for name, value in {**vars(transform), "flip": flip or None}.items():
        if value is not None:
            raise ValueError(
                f"`{name}` is for images, and these samples are {kind.noun}. "
                f"Received: {name}={value}"
            )
