"""Two domains at once, with partners and without."""

import pickle

import numpy as np
import pytest

from kerasgen import data
from kerasgen.kinds import Images, Pair, Sequences, Tokens, Vectors

pytestmark = pytest.mark.host


@pytest.fixture
def domains(tmp_path, pixels, write_png):
    """Return a folder of 6 and 4 training images, of which 4 have one name in both.

    The marks of A are 0 to 5; those of B are 10 more, in another order of names.
    """
    root = tmp_path / "domains"
    images = pixels(20)
    for mark, name in enumerate("abcdef"):
        write_png(root / "trainA" / f"{name}.png", images[mark])
    for mark, name in ((10, "a"), (11, "b"), (12, "c"), (13, "d")):
        write_png(root / "trainB" / f"{name}.bmp", images[mark])
    for name in "ab":
        write_png(root / "testA" / f"{name}.png", images[0])
        write_png(root / "testB" / f"{name}.png", images[10])
    return root


@pytest.fixture
def pairs(domains):
    """Return the folder with four pairs and no others."""
    for name in "ef":
        (domains / "trainA" / f"{name}.png").unlink()
    return domains


def marks(dataset, epoch=0):
    """Return the marks of both domains in an epoch, in their order."""
    dataset.set_epoch(epoch)
    batches = [batch[0] for batch in dataset]
    return tuple(
        [int(mark) for pair in batches for mark in pair[domain][:, 0, 0, 0]]
        for domain in (0, 1)
    )


def points(count, start=0.0):
    return (np.arange(count, dtype="float32") + start)[:, None]


def values(dataset, epoch=0):
    dataset.set_epoch(epoch)
    batches = [batch[0] for batch in dataset]
    return tuple(np.concatenate([p[i][:, 0] for p in batches]).tolist() for i in (0, 1))


def test_a_batch_holds_both_domains_side_by_side(domains, zipped):
    for place in (domains, zipped(domains)):
        dataset = data.load_pairs(place, batch_size=2)
        batch = dataset[0]
        assert isinstance(batch, tuple) and len(batch) == 1
        assert [part.shape for part in batch[0]] == [(2, 6, 5, 3)] * 2
        assert dataset.kind == Pair(Images((6, 5, 3)), Images((6, 5, 3)))
        dataset.kind.check(batch[0])


def test_the_longer_domain_is_shown_once_and_the_other_again(domains):
    a, b = marks(data.load_pairs(domains))
    assert sorted(a) == [0, 1, 2, 3, 4, 5]
    assert sorted(b[:4]) == [10, 11, 12, 13]  # once, before any comes again
    assert len(set(b[4:])) == 2


def test_the_shorter_domain_may_make_the_epoch(domains):
    dataset = data.load_pairs(domains, length="shorter")
    epochs = [marks(dataset, epoch) for epoch in range(8)]
    for a, b in epochs:
        assert sorted(b) == [10, 11, 12, 13] and len(set(a)) == 4
    assert {mark for a, _ in epochs for mark in a} == {0, 1, 2, 3, 4, 5}


def test_either_domain_may_be_the_longer():
    long, short = points(7), points(3)
    for domains in ((long, short), (short, long)):
        assert len(data.load_pairs(domains)) == 7
        assert len(data.load_pairs(domains, length="shorter")) == 3


def test_unpaired_domains_have_orders_of_their_own():
    dataset = data.load_pairs((points(50), points(50)))
    a, b = values(dataset)
    assert sorted(a) == sorted(b) == points(50)[:, 0].tolist() and a != b
    assert np.mean(np.array(a) == b) < 0.2
    # What stands beside a sample changes with the epoch.
    again = dict(zip(*values(dataset, 1), strict=True))
    assert again != dict(zip(a, b, strict=True))


def test_each_pass_through_the_shorter_domain_has_its_own_order():
    _, b = values(data.load_pairs((points(40), points(20))))
    assert sorted(b[:20]) == sorted(b[20:]) and b[:20] != b[20:]


def test_the_order_of_the_first_domain_is_that_of_load():
    pairs = data.load_pairs((points(30), points(20)), seed=4)
    alone = data.load(points(30), batch_size=30, seed=4)
    alone.set_epoch(3)
    assert values(pairs, 3)[0] == alone[0][0][:, 0].tolist()


def test_paired_files_are_matched_by_name_whatever_their_ending(pairs):
    dataset = data.load_pairs(pairs, paired=True)
    for epoch in (0, 1):
        a, b = marks(dataset, epoch)
        assert sorted(a) == [0, 1, 2, 3] and b == [mark + 10 for mark in a]
    assert marks(dataset, 0) != marks(dataset, 1)


def test_paired_files_are_matched_where_endings_sort_them_otherwise(
    tmp_path, pixels, write_png
):
    for ending in ("png", "bmp"):  # "x.n.png" < "x.png", but "x.bmp" < "x.n.bmp"
        for mark, name in enumerate(("x", "x.n")):
            domain = tmp_path / ("trainA" if ending == "png" else "trainB")
            write_png(domain / f"{name}.{ending}", pixels(2)[mark])
    a, b = marks(data.load_pairs(tmp_path, paired=True))
    assert sorted(a) == [0, 1] and a == b


def test_paired_arrays_are_matched_by_row():
    a, b = values(data.load_pairs((points(20), points(20, 100.0)), paired=True))
    assert sorted(a) != a and b == [x + 100.0 for x in a]


def test_pairs_are_mirrored_alike_and_others_on_their_own(pixels):
    def mirrored(**arguments):
        dataset = data.load_pairs(
            (pixels(40), pixels(40)), batch_size=40, flip=True, **arguments
        )
        ((a, b),) = dataset[0]
        originals = {image.tobytes() for image in pixels(40)}
        return [[image.tobytes() not in originals for image in x] for x in (a, b)]

    a, b = mirrored(paired=True)
    assert a == b and 0 < sum(a) < 40
    a, b = mirrored(shuffle=False)
    assert a != b and 0 < sum(b) < 40


def test_a_resumed_or_pickled_set_goes_on_alike(domains):
    first = data.load_pairs(domains, cache=0, batch_size=2)
    expected = marks(first, 5)
    assert marks(data.load_pairs(domains, batch_size=2), 5) == expected
    assert marks(pickle.loads(pickle.dumps(first)), 5) == expected


def test_a_limit_and_images_held_out_are_those_of_pairs(pixels):
    a, b = pixels(20), pixels(20)[:, ::-1].copy()
    b[:, 0, 0, 0] = np.arange(20) + 100
    seen, unseen = (
        marks(data.load_pairs((a, b), split, paired=True, hold_out=6))
        for split in ("train", "held_out")
    )
    for found in (seen, unseen):
        assert found[1] == [mark + 100 for mark in found[0]]
    assert sorted(seen[0] + unseen[0]) == list(range(20)) and len(unseen[0]) == 6
    few = marks(data.load_pairs((a, b), paired=True, limit=5, shuffle=False))
    assert few == ([0, 4, 8, 12, 16], [100, 104, 108, 112, 116])


def test_test_splits_come_in_order(domains):
    dataset = data.load_pairs(domains, "test", batch_size=2, paired=True)
    assert not dataset.shuffle and len(dataset) == 1


def test_domains_may_be_of_different_kinds_and_shapes(pixels):
    words = np.arange(12).reshape(4, 3)
    kind = Pair(Images((6, 5, 3)), Tokens(3, 12))
    dataset = data.load_pairs((pixels(4), words), kind=kind, paired=True, batch_size=4)
    ((images, tokens),) = dataset[0]
    assert dataset.kind == kind and tokens.dtype == np.int32
    np.testing.assert_array_equal(tokens[:, 0], images[:, 0, 0, 0] * 3)
    series = np.zeros((4, 3, 2))
    dataset = data.load_pairs((series, series[:, :2]), kind="sequences")
    assert dataset.kind == Pair(Sequences(3, 2), Sequences(2, 2))


def test_sets_that_were_loaded_keep_their_samples(folder, pixels):
    gray = data.load(folder, channels=1, crop=4, batch_size=3)
    color = data.load(pixels(10), batch_size=3)
    dataset = data.load_pairs((gray, color), image_size=3, paired=True, limit=5)
    assert dataset.kind == Pair(Images((3, 3, 1)), Images((3, 3, 3)))
    (expected,) = data.load(
        folder, channels=1, crop=4, image_size=3, limit=5, shuffle=False
    )[0]
    found = [a[0] for ((a, _),) in dataset]
    assert sorted(a.tobytes() for a in found) == sorted(e.tobytes() for e in expected)


def test_npz_holds_two_domains_as_splits(tmp_path):
    np.savez(tmp_path / "two.npz", x_trainA=points(5), x_trainB=points(4, 10.0))
    a, b = values(data.load_pairs(tmp_path / "two.npz"))
    assert sorted(a) == [0, 1, 2, 3, 4] and set(b) == {10, 11, 12, 13}


def test_samples_without_a_partner_are_named(domains, pixels, write_png):
    with pytest.raises(ValueError, match="paired=False.*Received: e, f in A alone, of"):
        data.load_pairs(domains, paired=True)
    for name in "pqrstuvw":
        write_png(domains / "trainB" / f"{name}.png", pixels(1)[0])
    message = r"e, f in A alone and p, q, r, s, t, \.\.\. \(8 in all\) in B alone"
    with pytest.raises(ValueError, match=message):
        data.load_pairs(domains, paired=True)


def test_an_empty_domain_is_named(domains):
    for file in (domains / "trainB").iterdir():
        file.unlink()
    message = r"neither may be empty.*has: .*trainA.*Received: split='trainB'"
    with pytest.raises(ValueError, match=message):
        data.load_pairs(domains)


def test_two_files_of_one_name_are_refused(pairs, pixels, write_png):
    write_png(pairs / "trainB" / "a.png", pixels(1)[0])
    with pytest.raises(
        ValueError, match="must differ within a domain.*Received: a twice"
    ):
        data.load_pairs(pairs, paired=True)


def test_paired_arrays_of_different_length_are_refused():
    with pytest.raises(ValueError, match="Received: 5 in array and 4 in array"):
        data.load_pairs((points(5), points(4)), paired=True)


def test_a_folder_without_two_domains_is_refused(folder):
    with pytest.raises(ValueError, match=r"splits trainA and trainB.*has: train\."):
        data.load_pairs(folder)


def test_one_domain_alone_is_refused(tmp_path, pixels):
    np.save(tmp_path / "a.npy", pixels(4))
    for given, message in (
        (tmp_path / "a.npy", "holds one domain: pass two"),
        (pixels(4), "two domains.*of type ndarray"),
        ((pixels(4),), "two domains.*of type tuple"),
        ((data.load_pairs((points(4), points(4))), points(4)), "data set of pairs"),
    ):
        with pytest.raises(ValueError, match=message):
            data.load_pairs(given)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("length", "longest"),
        ("batch_size", 0),
        ("groups", 1.5),
        ("seed", -1),
        ("image_size", 0),
        ("limit", 0),
        ("limit", 5),
        ("hold_out", 4),
        ("cache", None),
        ("split", 3),
        ("kind", "token"),
    ],
)
def test_a_wrong_argument_is_refused_and_named(argument, value):
    with pytest.raises(ValueError, match=f"`{argument}`.*Received: {argument}="):
        data.load_pairs((points(4), points(4)), **{argument: value})


def test_what_is_for_images_is_refused_for_others():
    with pytest.raises(ValueError, match="`flip` is for images.*vectors"):
        data.load_pairs((points(4), points(4)), kind=Vectors(1), flip=True)


# --- crops, halves, passes


def where(part, whole):
    """Return the top and left of a part of an image."""
    height, width = part.shape[:2]
    for top in range(whole.shape[0] - height + 1):
        for left in range(whole.shape[1] - width + 1):
            if (whole[top : top + height, left : left + width] == part).all():
                return top, left
    raise AssertionError("no part of it")


def test_pairs_are_cropped_alike_and_anew_in_each_epoch(pixels):
    images = pixels(30)

    def corners(epoch, **arguments):
        dataset = data.load_pairs(
            (images, images),
            batch_size=30,
            image_size=(4, 4),
            jitter=(6, 5),
            shuffle=False,
            **arguments,
        )
        assert dataset.kind == Pair(Images((4, 4, 3)), Images((4, 4, 3)))
        dataset.set_epoch(epoch)
        ((a, b),) = dataset[0]
        return [[where(*pair) for pair in zip(x, images, strict=True)] for x in (a, b)]

    a, b = corners(0, paired=True)
    assert a == b
    assert set(a) == {(top, left) for top in range(3) for left in range(2)}
    assert a == corners(0, paired=True)[0] != corners(1, paired=True)[0]
    assert a != corners(0, paired=True, seed=1)[0]
    a, b = corners(0)
    assert a != b


def test_the_middle_stands_for_images_that_are_cropped(pixels):
    images = pixels(3)
    dataset = data.load_pairs((images, images), image_size=(4, 3), jitter=(6, 5))
    found = dataset.samples[0].get(np.arange(3))
    np.testing.assert_array_equal(found, images[:, 1:5, 1:4])


def test_halves_of_a_picture_are_a_pair(tmp_path, pixels, write_png):
    both = pixels(4, width=10)
    for number, image in enumerate(both):
        write_png(tmp_path / "train" / f"{number}.png", image)
    dataset = data.load_pairs(tmp_path, side_by_side=True, batch_size=4, shuffle=False)
    ((a, b),) = dataset[0]
    np.testing.assert_array_equal(a, both[:, :, :5])
    np.testing.assert_array_equal(b, both[:, :, 5:])
    shuffled = data.load_pairs(tmp_path, side_by_side=True, batch_size=4)
    ((a, b),) = shuffled[0]
    rows = a[:, 0, 0, 0]  # the marks
    np.testing.assert_array_equal(b, both[rows, :, 5:])


def test_a_picture_of_odd_width_is_no_pair(tmp_path, pixels, write_png):
    write_png(tmp_path / "train" / "x.png", pixels(1, width=7)[0])
    with pytest.raises(ValueError, match="must be even. .*x.png.* is 7 pixels wide"):
        data.load_pairs(tmp_path, side_by_side=True)


def test_an_epoch_may_have_several_passes():
    a, _ = values(data.load_pairs((points(5), points(3)), passes=3))
    assert [sorted(a[i : i + 5]) for i in (0, 5, 10)] == [list(range(5))] * 3
    assert a[:5] != a[5:10]


def test_domains_may_be_shown_in_different_sizes_and_colors(pixels):
    dataset = data.load_pairs(
        (pixels(2, 8, 8), pixels(2, 8, 8)),
        image_size={"A": 4, "B": (6, 4)},
        jitter={"B": 8},
        channels={"A": 1},
    )
    assert dataset.kind == Pair(Images((4, 4, 1)), Images((6, 4, 3)))
    ((a, b),) = dataset[0]
    assert (a.shape, b.shape) == ((1, 4, 4, 1), (1, 6, 4, 3))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"jitter": 8}, "image_size`, which must be given.*jitter=8"),
        ({"jitter": 4, "image_size": 5}, "no larger.*jitter=4, image_size=5"),
        ({"image_size": {"C": 4}}, "`domain` must be one of.*'C'"),
        ({"passes": 0}, "passes=0"),
    ],
)
def test_wrong_looks_are_refused(pixels, arguments, message):
    with pytest.raises(ValueError, match=message):
        data.load_pairs((pixels(3), pixels(3)), **arguments)


def test_an_empty_domain_is_refused_and_named(pixels):
    with pytest.raises(ValueError, match="In domain B: .*at least one sample"):
        data.load_pairs((pixels(3), pixels(0)))
