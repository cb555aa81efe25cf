"""Loops in which samples are made a piece at a time, compiled on the backends that do.

`repeat(n, body, state)` is `for i in range(n): state = body(i, state)`, where `state`
is a nest of tensors whose shapes and dtypes stay the same. Nothing is kept for
gradients.

`read(tensor, start, shape)` is the block of that shape which begins at `start`, a tuple
that may hold loop counters; `write(tensor, start, values)` puts a block there and
returns the tensor. Under PyTorch that is the same tensor, changed in place: what a loop
writes to must be the loop's own.

`affine(seen, matrix, bias)` flattens what is seen for each sample and gives `(batch, 1,
1, filters)`: a layer at a single pixel, where Keras's own operations would take longer
to begin than to compute.
"""

import importlib

import keras

_backend = importlib.import_module(f"kerasgen.engine.{keras.backend.backend()}_loops")

repeat = _backend.repeat
read = _backend.read
write = _backend.write
affine = _backend.affine
