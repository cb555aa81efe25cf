"""A discriminator of codes."""

import keras

from kerasgen.arguments import check_positive, plain_numbers


@plain_numbers
def code_discriminator(latent_dim, units=1000, hidden=2, condition_dim=0):
    """Dense layers of ReLU, from a code to a logit.

    There is no normalization: codes and draws of a prior come in batches of their own,
    and batch statistics would tell one from the other.

    Args:
        latent_dim: Size of a code.
        units: Of each hidden layer.
        hidden: Number of hidden layers.
        condition_dim: Size of a condition, such as one-hot labels, that it takes beside
            codes; 0 takes none.

    Returns:
        A Keras model from codes `(batch, latent_dim)`, or `(codes, condition)`, to
        logits `(batch, 1)`, float32.

    Raises:
        ValueError: If a number is no positive integer.
    """
    check_positive(latent_dim=latent_dim, units=units, hidden=hidden)
    inputs = x = keras.Input((latent_dim,), name="codes")
    if condition_dim:
        condition = keras.Input((condition_dim,), name="condition")
        inputs = (inputs, condition)
        x = keras.layers.Concatenate()([x, condition])
    for _ in range(hidden):
        x = keras.layers.Dense(units, "relu")(x)
    logits = keras.layers.Dense(1, dtype="float32", name="logits")(x)
    return keras.Model(inputs, logits, name="discriminator")
