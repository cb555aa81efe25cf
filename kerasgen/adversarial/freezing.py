"""A discriminator that learns in its last layers alone."""

from kerasgen.arguments import is_integer


def freeze_discriminator(model, blocks):
    """Keeps the discriminator's first layers as they are: FreezeD.

    For a trained model that goes on with few images of another kind, before `compile`:
    what is close to the pixels fits other images as well.

    Args:
        blocks: How many layers with kernels, convolutions or dense ones, counted from
            the samples; they and all between them are frozen. 0 frees all.

    Raises:
        ValueError: If the model is compiled already, or no such layer would be left.

    Example:

    ```py
    model = kerasgen.zoo.load("dcgan_celeba")
    model.freeze_discriminator(2)
    model.compile()
    ```

    Reference:
        Mo, Cho and Shin, 2020, arXiv:2002.10964, section 3.
    """
    if model.compiled:
        raise ValueError(
            "Freeze before `compile`, which gives each trainable weight its place in "
            "the optimizer. Received: a compiled model"
        )
    inner = model.discriminator.layers
    kernels = [i for i, layer in enumerate(inner) if hasattr(layer, "kernel")]
    if not is_integer(blocks) or not 0 <= blocks < len(kernels):
        raise ValueError(
            f"`blocks` must be an integer in [0, {len(kernels)}): one of the "
            f"discriminator's layers has to learn. Received: blocks={blocks}"
        )
    last = kernels[blocks - 1] if blocks else -1
    for i, layer in enumerate(inner):
        layer.trainable = i > last
