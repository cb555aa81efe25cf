import numpy as np
import pytest
from keras import ops
from PIL import Image

from kerasgen.extractors.bicubic import bicubic, bicubic_on_host


@pytest.mark.parametrize("size", [(5, 7), (30, 24), (13, 11), (224, 40)])
def test_bicubic_is_pillow_s_in_float(size):
    images = np.random.default_rng(0).integers(0, 256, (2, 13, 11, 3)).astype("uint8")
    wanted = np.array(
        [
            [
                np.asarray(Image.fromarray(c).resize(size[::-1], Image.BICUBIC))
                for c in image
            ]
            for image in images.astype("float32").transpose(0, 3, 1, 2)
        ]
    ).transpose(0, 2, 3, 1)
    found = ops.convert_to_numpy(bicubic(ops.convert_to_tensor(images), size))
    np.testing.assert_allclose(found, wanted.clip(0, 255), atol=2e-3)
    on_host = bicubic_on_host(images[0], size)
    assert on_host.dtype == "uint8" and np.abs(on_host - found[0]).max() < 0.51
