"""What kerasgen does, in a few minutes on a CPU: `make demo`.

Loads a pretrained model and draws from it, then trains a DCGAN with plain `fit` on
the embedded subset of Fashion-MNIST and writes a grid of samples after each epoch.
"""

import pathlib
import time

import keras

import kerasgen

FOLDER = pathlib.Path("samples")
EPOCHS = 20


def main():
    start = time.perf_counter()
    print(f"kerasgen {kerasgen.__version__} on {keras.backend.backend()}\n")

    print("1. A pretrained model: kerasgen.zoo.load('dcgan_mnist')")
    digits = kerasgen.zoo.load("dcgan_mnist")
    images = digits.generate(64, seed=0)
    pretrained = FOLDER / "dcgan_mnist.png"
    kerasgen.pictures.save_image(pretrained, kerasgen.pictures.image_grid(images))
    print(f"   64 samples, {images.dtype} {images.shape}, in {pretrained}\n")

    print(f"2. A DCGAN trained with fit(), {EPOCHS} epochs on 6,000 images")
    keras.utils.set_random_seed(0)
    train = kerasgen.data.load("fashion_mnist_6k", batch_size=32)
    model = kerasgen.models.DCGAN(image_shape=train.image_shape, filters=32, seed=0)
    model.compile(average=0.99)
    grids = FOLDER / "training"
    model.fit(train, epochs=EPOCHS, callbacks=[kerasgen.callbacks.SampleGrid(grids)])
    model.save(FOLDER / "dcgan_fashion.keras")

    print(f"\nDone in {time.perf_counter() - start:.0f} s. Pictures to open:")
    print(f"  {pretrained}                   digits of the pretrained model")
    print(f"  {grids / f'epoch_{EPOCHS:04d}.png'}   clothes of the model just trained")
    print(f"  {grids / 'training.gif'}      how it learned them")
    print(f"The model is in {FOLDER / 'dcgan_fashion.keras'}.")


if __name__ == "__main__":
    main()
