import concurrent.futures
import multiprocessing
import pickle
import threading

import numpy as np
import pytest
from PIL import Image

from kerasgen.data.decoder import Decoder, only_readable
from kerasgen.data.sources.files import FileSource
from kerasgen.data.sources.stores import Archive, Folder
from kerasgen.data.transform import Transform

pytestmark = pytest.mark.host

ALL = np.arange(10)


def make(store, cache_bytes=0, transform=None, workers=2):
    return Decoder(
        FileSource(store, "train"), transform or Transform(), workers, cache_bytes
    )


def test_decodes_what_was_written(folder, pixels):
    np.testing.assert_array_equal(make(Folder(folder)).get(ALL), pixels(10))


def test_keeps_the_order_asked_for(folder, pixels):
    asked = np.array([7, 0, 7, 3])
    np.testing.assert_array_equal(make(Folder(folder)).get(asked), pixels(10)[asked])


@pytest.mark.parametrize("workers", [1, 3, 20])
def test_the_number_of_threads_does_not_matter(folder, pixels, workers):
    decoder = make(Folder(folder), workers=workers)
    np.testing.assert_array_equal(decoder.get(ALL), pixels(10))


def count_opens(decoder):
    opened, lock = [], threading.Lock()
    original = decoder.source.open

    def counted(index):
        with lock:
            opened.append(index)
        return original(index)

    decoder.source.open = counted
    return opened


def test_a_set_within_the_cache_is_decoded_once(folder, pixels, monkeypatch):
    monkeypatch.setattr("kerasgen.data.decoder.PROBES", 1)
    decoder = make(Folder(folder), cache_bytes=10 * 6 * 5 * 3)
    opened = count_opens(decoder)
    assert not decoder.in_memory
    decoder.get(ALL)
    np.testing.assert_array_equal(decoder.get(ALL), pixels(10))
    assert sorted(opened) == list(range(1, 10))  # image 0 was the probe
    assert decoder.in_memory


def test_a_set_one_byte_beyond_the_cache_is_decoded_each_time(folder):
    decoder = make(Folder(folder), cache_bytes=10 * 6 * 5 * 3 - 1)
    opened = count_opens(decoder)
    decoder.get(ALL)
    decoder.get(ALL)
    assert len(opened) == 20
    assert not decoder.in_memory


def test_changing_a_batch_leaves_the_cache_alone(folder, pixels):
    decoder = make(Folder(folder), cache_bytes=10**6)
    decoder.get(ALL)[:] = 0
    np.testing.assert_array_equal(decoder.get(ALL), pixels(10))


def test_many_threads_read_one_archive(folder, zipped, pixels):
    decoder = make(Archive(zipped(folder)))
    orders = [np.random.default_rng(i).permutation(10) for i in range(40)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for order, batch in zip(orders, pool.map(decoder.get, orders), strict=True):
            np.testing.assert_array_equal(batch, pixels(10)[order])


@pytest.mark.parametrize("cache_bytes", [0, 10**6])
def test_a_pickled_decoder_decodes(folder, zipped, pixels, cache_bytes):
    decoder = make(Archive(zipped(folder)), cache_bytes)
    copy = pickle.loads(pickle.dumps(decoder))
    np.testing.assert_array_equal(copy.get(ALL), pixels(10))


def test_a_cache_is_not_pickled(folder):
    decoder = make(Folder(folder), cache_bytes=10**6)
    small = len(pickle.dumps(decoder))
    decoder._cache = np.zeros(10**6, np.uint8)
    assert len(pickle.dumps(decoder)) == small


def test_images_of_two_sizes_are_refused_naming_both(folder, pixels, write_png):
    write_png(folder / "05.png", pixels(1, 7, 5)[0])
    with pytest.raises(ValueError, match=r"(?s)00\.png.*\(6, 5, 3\).*05\.png.*\(7, 5"):
        make(Folder(folder))


def test_images_of_two_sizes_fit_after_a_resize(folder, pixels, write_png):
    write_png(folder / "05.png", pixels(1, 9, 9)[0])
    decoder = make(Folder(folder), transform=Transform(image_size=(4, 4)))
    assert decoder.get(ALL).shape == (10, 4, 4, 3)


def test_gray_among_color_is_refused_naming_both(folder, pixels, write_png):
    write_png(folder / "05.png", pixels(1, channels=1)[0])
    with pytest.raises(ValueError, match=r"(?s)00\.png .* 3 ch.*05\.png .* has 1"):
        make(Folder(folder))


def test_gray_among_color_is_converted_where_channels_are_given(
    folder, pixels, write_png
):
    write_png(folder / "05.png", pixels(1, channels=1)[0])
    decoder = make(Folder(folder), transform=Transform(channels=3))
    assert decoder.get(ALL).shape == (10, 6, 5, 3)


def test_an_error_of_the_transform_names_the_file(folder, write_png):
    write_png(folder / "05.png", Image.new("I", (5, 6)).convert("F").convert("L"))
    with pytest.raises(ValueError, match=r"00\.png in .* is 6 x 5 .* crop of 9 x 9"):
        make(Folder(folder), transform=Transform(crop=(9, 9)))


def test_an_unreadable_image_is_named(folder):
    (folder / "05.png").write_bytes(b"not a picture")
    with pytest.raises(ValueError, match=r"05\.png in .* cannot be read"):
        make(Folder(folder))


def test_a_cut_off_image_is_named(folder):
    whole = (folder / "05.png").read_bytes()
    (folder / "05.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=r"05\.png in .* cannot be read"):
        make(Folder(folder))


def test_only_readable_leaves_out_and_names_the_broken(folder):
    (folder / "00.png").write_bytes(b"")
    (folder / "05.png").write_bytes(b"not a picture")
    source = FileSource(Folder(folder), "train")
    with pytest.warns(UserWarning, match=r"2 of 10 images .* 00\.png .* 05\.png"):
        kept = only_readable(source, workers=2)
    assert kept.names == [f"{i:02}.png" for i in (1, 2, 3, 4, 6, 7, 8, 9)]


def test_only_readable_is_silent_where_all_are(folder):
    source = FileSource(Folder(folder), "train")
    assert only_readable(source, workers=2) is source


def test_only_readable_refuses_a_set_of_broken_images(tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    with pytest.raises(ValueError, match="None of the 1 images"):
        only_readable(FileSource(Folder(tmp_path), "train"), workers=1)


def _decode_in_child(decoder, queue):
    queue.put(decoder.get(ALL))


@pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="no fork here"
)
@pytest.mark.filterwarnings("ignore:.*fork.*")
def test_a_forked_child_decodes(folder, zipped, pixels):
    decoder = make(Archive(zipped(folder)))
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_decode_in_child, args=(decoder, queue))
    child.start()
    batch = queue.get(timeout=30)
    child.join()
    np.testing.assert_array_equal(batch, pixels(10))
