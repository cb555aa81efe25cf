"""The suite runs once for each backend: set KERAS_BACKEND."""

import contextlib
import csv
import http.server
import importlib.metadata
import importlib.util
import os
import pathlib
import platform
import re
import threading
import time

# Many tests compile the same step of the same small model.
os.environ.setdefault(
    "JAX_COMPILATION_CACHE_DIR",
    os.path.join(os.path.dirname(__file__), "..", ".pytest_cache", "compiled"),
)
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.1")
# A step is compiled for seconds and taken a few times. Without optimizations a product
# and a sum are fused in one place and not in another, and a maximum is no longer equal
# to itself (the derivative of Maxout is NaN): AVX has no fused instructions. XLA ends a
# process that names a flag it does not know: only for the version of constraints.txt.
os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + (
    " --xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false"
    " --xla_cpu_max_isa=AVX"
    if os.environ.get("KERAS_BACKEND") == "jax"
    and importlib.metadata.version("jaxlib") == "0.10.2"
    and platform.machine() == "x86_64"
    else ""
)
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras
import numpy as np
import pytest
from PIL import Image

# Files that take long though their tests are few.
LONG = (
    "test_exact_resumption.py",
    "test_resume.py",
    "test_distributed.py",
    "test_recipes_of_faces.py",
    "test_many_devices.py",
    "test_face_attributes.py",
    "test_agreement.py",
    "test_break.py",
    "test_every_model.py",
    "test_cycle_gan.py",
    "test_docs.py",
)


def pytest_collection_modifyitems(items):
    """They come first, so that no worker is left with one while the others are idle."""
    items.sort(key=lambda item: item.path.name not in LONG)


@pytest.fixture(autouse=True)
def seeded():
    """Every test starts from the same seeds and the default dtype policy."""
    keras.utils.set_random_seed(0)
    yield
    keras.config.set_dtype_policy("float32")


@pytest.fixture(autouse=True, scope="module")
def compiled_once():
    """What JAX compiled for a file leaves memory with it: gigabytes otherwise."""
    yield
    if keras.backend.backend() == "jax":
        import jax

        jax.clear_caches()


@pytest.fixture
def backend():
    return keras.backend.backend()


@pytest.fixture
def images(squares):
    """64 gray uint8 images, 16x16: bright squares on dark ground."""
    return squares.copy()


@pytest.fixture(scope="session")
def squares():
    """The same for what is made once for a file: not to be changed."""
    random = np.random.default_rng(0)
    images = random.integers(0, 60, (64, 16, 16, 1))
    for image, (top, left) in zip(images, random.integers(0, 10, (64, 2)), strict=True):
        image[top : top + 6, left : left + 6] += 180
    return images.astype("uint8")


@pytest.fixture
def dcgan():
    """Makes a small DCGAN for `images`."""
    from kerasgen.models import DCGAN

    def make(**arguments):
        return DCGAN(
            (16, 16, 1), **{"latent_dim": 8, "filters": 4, "seed": 1} | arguments
        )

    return make


@pytest.fixture
def block_means():
    """Makes an extractor of `images`: 16 means of 4x4 blocks, from 0 to 1, logits 3."""
    from kerasgen.metrics import Extractor

    def make(logits=True, **arguments):
        inputs = keras.Input((16, 16, 1))
        x = keras.layers.AveragePooling2D(4)(keras.layers.Rescaling(1 / 255)(inputs))
        features = keras.layers.Flatten()(x)
        outputs = {"features": features}
        if logits:
            outputs["logits"] = keras.layers.Dense(3)(features)
        network = keras.Model(inputs, outputs)
        return Extractor(network, **{"name": "means", "channels": 1} | arguments)

    return make


class Web(http.server.ThreadingHTTPServer):
    """A real web server on this machine.

    Attributes:
        files: `{"/path": bytes}` that it serves.
        faults: What goes wrong with the next requests, one each: `{"status": 500}`,
            where a `"reason"` may stand beside it,
            `{"redirect": url}`, with a `"body"` or without, `{"cut": 100}` (breaks off
            there), `{"shift": 5}` (of a range), `{"unsized": True}`, `{"drip": "body"}`
            or `"headers"` (a byte at a time).
        heeds_ranges: Whether it resumes.
        requests: `(path, range)` of those that came.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files, self.faults, self.requests = {}, [], []
        self.heeds_ranges = True

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}{path}"


class _Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        asked, data = self.headers.get("Range"), self.server.files.get(self.path)
        self.server.requests.append((self.path, asked))
        fault = self.server.faults.pop(0) if self.server.faults else {}
        if "redirect" in fault:
            self.send_response(302)
            self.send_header("Location", fault["redirect"])
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # not wanted
                self.wfile.write(fault.get("body", b""))
        elif "status" in fault or data is None:
            self.send_error(fault.get("status", 404), fault.get("reason"))
        else:
            self._send(data, asked, fault)

    def _send(self, data, asked, fault):
        start = 0
        if asked and self.server.heeds_ranges:
            start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1])
            if start >= len(data):
                return self.send_error(416)
            start += fault.get("shift", 0)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/*")
        else:
            self.send_response(200)
        if "unsized" not in fault:
            self.send_header("Content-Length", str(len(data) - start))
        if fault.get("drip") == "headers":
            self.flush_headers()
            return self._drip(b"X" * 10_000)
        self.end_headers()
        if fault.get("drip") == "body":
            return self._drip(data[start:])
        self.wfile.write(data[start : fault.get("cut")])

    def _drip(self, data):
        with contextlib.suppress(ConnectionError):  # whoever asked has left
            for byte in data:
                self.wfile.write(bytes([byte]))
                time.sleep(0.02)


@pytest.fixture
def web(monkeypatch):
    """A `Web`, and downloads that do not pause between attempts."""
    module = importlib.import_module("kerasgen.files.download")
    monkeypatch.setattr(module, "PAUSE", 0.0)
    monkeypatch.setenv("no_proxy", "*")
    with Web() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


FACE_ATTRIBUTES = ["Male", "Eyeglasses", "Smiling", "Blond_Hair", "Young"]


@pytest.fixture
def celeba(tmp_path):
    """A folder with 48 pictures of 89 x 109 and their table of attributes."""
    random = np.random.default_rng(0)
    pictures = tmp_path / "celeba" / "img_align_celeba"
    pictures.mkdir(parents=True)
    names = [f"{i:06d}.jpg" for i in range(1, 49)]
    for name in names:
        pixels = random.integers(0, 256, (109, 89, 3), dtype="uint8")
        Image.fromarray(pixels).save(pictures / name)
    with open(tmp_path / "celeba" / "list_attr_celeba.csv", "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["image_id", *FACE_ATTRIBUTES])
        table.writerows(
            [n, *random.choice([-1, 1], len(FACE_ATTRIBUTES))] for n in names
        )
    return tmp_path / "celeba"


@pytest.fixture(scope="session")
def script():
    """Imports a Python file of the checkout that belongs to no package."""

    def load(path):
        file = pathlib.Path(__file__).parents[1] / path
        spec = importlib.util.spec_from_file_location(file.stem, file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def points_gan():
    """Makes a GAN of points, not compiled; with classes where it is told how many."""
    from kerasgen.inputs import Labels, Latents
    from kerasgen.models import GAN

    def make(dim=2, classes=None, seed=1):
        latents = keras.Input((3,))
        given, x = latents, latents
        inputs = (Latents(3),)
        if classes:
            labels = keras.Input((classes,))
            given, x = (latents, labels), keras.layers.Concatenate()([latents, labels])
            inputs += (Labels(classes),)
        samples = keras.layers.Dense(dim)(keras.layers.Dense(8, "tanh")(x))
        points = keras.Input((dim,))
        return GAN(
            keras.Model(given, samples),
            keras.Model(points, keras.layers.Dense(1)(points)),
            inputs,
            seed=seed,
        )

    return make


@pytest.fixture
def translator():
    """A model that makes negatives of `images`."""
    from kerasgen.engine import GenerativeModel
    from kerasgen.inputs import Given
    from kerasgen.kinds import Images

    class Negative(GenerativeModel):
        def __init__(self):
            kind = Images((16, 16, 1))
            super().__init__(kind, (Given(kind),))
            inputs = keras.Input(kind.shape)
            self.generator = keras.Model(inputs, -inputs)

        @property
        def networks(self):
            return {"generator": self.generator}

    return Negative()
