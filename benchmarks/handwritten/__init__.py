"""Training steps as one would write them by hand, one model and backend a file.

Each has `make(image_size, filters, ...)`, which returns `step(images)` for uint8 images
`(batch, size, size, channels)`: the networks, losses and updates of the model of that
name in `kerasgen.models` with its defaults; for DCGAN, two fresh batches of latents,
alternating updates, Adam. `wait(result)` returns when a step has really been done.
"""
