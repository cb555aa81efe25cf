"""A DCGAN training step as one would write it by hand, once for each backend.

Each file has `make(image_size, filters, latent_dim)`, which returns `step(images)` for
uint8 images `(batch, size, size, 3)`: the networks, losses and updates of
`kerasgen.models.DCGAN` with its defaults (two fresh batches of latents, alternating
updates, Adam). `wait(result)` returns when a step has really been done.
"""
