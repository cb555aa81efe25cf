import io
import random
import re
import sys
import zipfile

import numpy as np
import pytest

from kerasgen.extractors.torch_archive import read

pytestmark = pytest.mark.host

DTYPES = ["float16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "weights.pth"


@pytest.fixture(params=["zip", "stream"])
def write(request, torch_file, path):
    """Writes a state dictionary in either container."""

    def write(tensors, storages=None):
        getattr(torch_file, request.param)(path, tensors, storages)

    return write


def numbers(*shape, dtype="float32"):
    return (np.arange(np.prod(shape)).reshape(shape) % 100).astype(dtype)


# --- what is read


def test_names_values_shapes_and_types(write, path):
    written = {f"layer.{d}": numbers(2, 3, dtype=d) for d in DTYPES}
    written["step"] = np.array(7, "int64")
    written["empty"] = np.zeros((0, 4), "float32")
    write(written)
    found = read(path)
    assert list(found) == list(written)
    for name, array in written.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def test_views_of_one_storage(write, torch_file, path):
    storage = numbers(24)
    reference = torch_file.reference("7", 24)
    write(
        {
            "rows": torch_file.tensor(reference, 0, [4, 6], [6, 1]),
            "transposed": torch_file.tensor(reference, 0, [6, 4], [1, 6]),
            "part": torch_file.tensor(reference, 7, [2, 2], [6, 3]),
        },
        {"7": storage},
    )
    found, rows = read(path), storage.reshape(4, 6)
    np.testing.assert_array_equal(found["rows"], rows)
    np.testing.assert_array_equal(found["transposed"], rows.T)
    np.testing.assert_array_equal(found["part"], rows[1:3, 1::3])
    assert np.shares_memory(found["rows"], found["part"])


def test_bfloat16_becomes_float32(write, torch_file, path):
    values = np.array([1.5, -2.0, 3e38, np.inf], "float32")
    halves = (values.view("uint32") >> 16).astype("uint16")
    reference = torch_file.reference("0", 4, "BFloat16Storage")
    write({"x": torch_file.tensor(reference, 0, [4], [1])}, {"0": halves})
    expected = (halves.astype("uint32") << 16).view("float32")
    assert read(path)["x"].dtype == "float32"
    np.testing.assert_array_equal(read(path)["x"], expected)


def test_arrays_cannot_be_written_to(write, path):
    write({"x": numbers(3)})
    with pytest.raises(ValueError):
        read(path)["x"][0] = 1


@pytest.mark.parametrize("top", ["archive", "pt_inception", "a b"])
def test_a_zip_may_have_any_top_folder(top, torch_file, path):
    torch_file.zip(path, {"x": numbers(3)}, top=top)
    np.testing.assert_array_equal(read(path)["x"], numbers(3))


@pytest.mark.parametrize("order", ["little", "big", None])
def test_a_zip_may_tell_its_byte_order(order, torch_file, path):
    torch_file.zip(path, {"x": numbers(3, 4)}, order=order)
    np.testing.assert_array_equal(read(path)["x"], numbers(3, 4))


def test_versions_of_layers_beside_the_tensors_are_ignored(torch_file, path):
    pickle, storages = torch_file.dictionary({"x": numbers(3)})
    metadata = b"}" + torch_file.text("_metadata") + b"}s"
    torch_file.zip_of(path, pickle[:-1] + metadata + b"b.", storages)
    assert list(read(path)) == ["x"]


def test_instructions_of_newer_protocols(torch_file, path):
    def word(text):
        return b"\x8c" + bytes([len(text)]) + text.encode() + b"\x94"

    pickle = (
        b"\x80\x04\x95" + (1).to_bytes(8, "little") + b"}\x94" + word("x")
        + word("torch._utils") + word("_rebuild_tensor_v2") + b"\x93\x94("
        + b"(" + word("storage") + word("torch") + word("FloatStorage") + b"\x93\x94"
        + word("0") + word("cpu") + b"K\x06t\x94Q"
        + b"K\x00K\x02K\x03\x86\x94K\x03K\x01\x86\x94\x89}t\x94R\x94s."
    )  # fmt: skip
    torch_file.zip_of(path, pickle, {"0": numbers(6)})
    np.testing.assert_array_equal(read(path)["x"], numbers(2, 3))


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("is_zip", [True, False])
def test_reads_what_pytorch_writes(is_zip, protocol, path):
    torch = pytest.importorskip("torch")
    layer = torch.nn.Sequential(
        torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3), torch.nn.Linear(4, 5).half()
    )
    state = layer.state_dict()
    state["transposed"] = state["0.weight"].permute(1, 0, 3, 2)
    state["part"] = state["0.weight"][1:, :, 2, ::2]
    state["brain"] = torch.randn(4, 5).bfloat16()
    options = {"_use_new_zipfile_serialization": is_zip, "pickle_protocol": protocol}
    torch.save(state, path, **options)
    found = read(path)
    assert list(found) == list(state)
    for name, tensor in state.items():
        tensor = tensor.float() if tensor.dtype == torch.bfloat16 else tensor
        assert found[name].dtype == tensor.numpy().dtype
        np.testing.assert_array_equal(found[name], tensor.numpy())


# --- what is refused


def refused(path, message="damaged"):
    with pytest.raises(ValueError) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert re.search(message, str(caught.value).replace(str(path), ""))


CALLS = {
    "os.system": b"cos\nsystem\n(ARGtR",
    "posix.system": b"cposix\nsystem\n(ARGtR",
    "stack global": b"\x8c\x02os\x8c\x06system\x93(ARGtR",
    "eval": b"cbuiltins\neval\n(ARGtR",
    "INST": b"(ARGios\nsystem\n",
    "OBJ": b"(cos\nsystem\nARGo",
    "NEWOBJ": b"cos\nsystem\n(ARGt\x81",
    "NEWOBJ_EX": b"cos\nsystem\n(ARGt}\x92",
    "within an admitted module": b"ctorch._utils\n_import_dotted_name\n(ARGtR",
    "dotted": b"\x8c\x0bcollections\x8c\x16OrderedDict.__init__.x\x93)R",
    "storage called": b"ctorch\nFloatStorage\n(ARGtR",
    "string called": b"ARG(ARGtR",
    "state of a function": b"ctorch._utils\n_rebuild_tensor_v2\n}b",
    "state of a storage type": b"ctorch\nFloatStorage\n}b",
    "extension": b"\x82\x01(ARGtR",
    "text persistent id": b"Pstorage\n",
    "name of tuples": b"))\x93",
}


@pytest.mark.parametrize("instructions", CALLS.values(), ids=CALLS)
def test_nothing_in_a_file_is_called(instructions, write, torch_file, path, tmp_path):
    argument = torch_file.text(f"touch {tmp_path / 'called'}")
    write({"x": instructions.replace(b"ARG", argument)})
    refused(path)
    assert not (tmp_path / "called").exists()


def test_a_refused_name_is_told(torch_file, path):
    torch_file.zip(path, {"x": b"cos\nsystem\n)R"})
    refused(path, "os.system")


def test_the_instructions_of_this_test_do_call_in_pickle(torch_file, tmp_path):
    import pickle

    argument = torch_file.text(f"touch {tmp_path / 'called'}")
    pickle.loads(b"\x80\x02" + CALLS["os.system"].replace(b"ARG", argument) + b".")
    assert (tmp_path / "called").exists()


OUT_OF_RANGE = {
    "negative offset": (-1, [2], [1]),
    "negative stride": (5, [2], [-1]),
    "negative size": (0, [-2], [1]),
    "offset beyond": (7, [1], [1]),
    "last element beyond": (0, [2, 3], [4, 1]),
    "more than there are": (0, [7], [1]),
    "huge": (0, [2**40], [1]),
    "huge by strides of zero": (0, [2**40], [0]),
    "product overflows": (0, [2**33, 2**33], [0, 0]),
    "huge stride": (0, [2], [2**62]),
    "fewer strides": (0, [2, 3], [1]),
    "many enormous sizes": (0, [2**62] * 1000, [1] * 1000),
    "an enormous size": (0, [2**900], [1]),
}


@pytest.mark.parametrize("view", OUT_OF_RANGE.values(), ids=OUT_OF_RANGE)
def test_a_tensor_stays_within_its_storage(view, write, torch_file, path):
    write(
        {"x": torch_file.tensor(torch_file.reference("0", 6), *view)}, {"0": numbers(6)}
    )
    refused(path, "'x'")


def test_a_size_that_is_no_integer(write, torch_file, path):
    view = torch_file.tensor(torch_file.reference("0", 1), 0, [1], [1])
    write({"x": view.replace(b"(\x8a\x01\x01t", b"(\x88t")}, {"0": numbers(1)})
    refused(path, "shape")


@pytest.mark.parametrize("size", [5, 7, 2**60])
def test_a_storage_has_the_size_it_says(size, write, torch_file, path):
    view = torch_file.tensor(torch_file.reference("0", size), 0, [1], [1])
    write({"x": view}, {"0": numbers(6)})
    refused(path, "storage 0")


def test_a_tensor_has_a_storage(write, torch_file, path):
    write({"x": torch_file.tensor(b"N", 0, [1], [1])})
    refused(path, "without a storage")


def test_a_view_as_ancient_pytorch_described_it(write, torch_file, path):
    view = torch_file.text("1") + torch_file.number(2) + torch_file.number(3)
    reference = torch_file.reference("0", 6, last=b"(" + view + b"t")
    write({"x": torch_file.tensor(reference, 0, [1], [1])}, {"0": numbers(6)})
    refused(path, "other than a storage")


def test_a_storage_that_is_missing(write, torch_file, path):
    write({"x": torch_file.tensor(torch_file.reference("9", 6), 0, [6], [1])})
    refused(path, "no member data/9|storages")


def test_a_storage_has_one_type(write, torch_file, path):
    of = [torch_file.reference("0", 6, k) for k in ("FloatStorage", "IntStorage")]
    views = {str(i): torch_file.tensor(r, 0, [6], [1]) for i, r in enumerate(of)}
    write(views, {"0": numbers(6)})
    refused(path, "two types")


NOT_TENSORS = {
    "number": b"K\x01",
    "nothing": b"N",
    "dictionary": b"}",
    "storage alone": b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\n"
    b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x06tQ",
}


@pytest.mark.parametrize("value", NOT_TENSORS.values(), ids=NOT_TENSORS)
def test_anything_but_a_tensor_is_named(value, write, path):
    write({"the.name": value}, {"0": numbers(6)})
    refused(path, "the.name")


PICKLES = {
    "a list": (b"].", "list"),
    "nothing left": (b".", "damaged"),
    "cut off": (b"\x80\x02}X\x01\x00\x00\x00", "damaged"),
    "an unknown instruction": (b"\xff.", "damaged"),
    "popped from nothing": (b"u.", "damaged"),
    "a mark that is missing": (b"}t.", "damaged"),
    "a key that is no string": (b"}K\x01K\x02s.", "item"),
    "memo never filled": (b"h\x07.", "damaged"),
    "text of 2^62 bytes": (b"\x8d" + (2**62).to_bytes(8, "little") + b"x.", "damaged"),
    "bytes of 2^62": (b"\x8e" + (2**62).to_bytes(8, "little") + b"x.", "damaged"),
    "a number of 2^31 bytes": (b"\x8b\xff\xff\xff\x7fx.", "damaged"),
    "an odd number of items": (b"}(X\x01\x00\x00\x00au.", "damaged"),
}


@pytest.mark.parametrize(("pickle", "said"), PICKLES.values(), ids=PICKLES)
@pytest.mark.parametrize("container", ["zip_of", "stream_of"])
def test_malformed_pickles(container, pickle, said, torch_file, path):
    getattr(torch_file, container)(path, pickle, {})
    refused(path, said)


def test_a_memo_index_reserves_no_memory(torch_file, path):
    pickle, storages = torch_file.dictionary({"x": numbers(3)})
    put = b"r" + (2**32 - 1).to_bytes(4, "little")
    torch_file.zip_of(path, pickle[:-1] + put + b".", storages)
    refused(path, "numbers an object 4294967295")


@pytest.mark.parametrize(
    "pickle",
    [
        b"ctorch._utils\n_rebuild_tensor_v2\n}X\x01\x00\x00\x00aK\x01sb.",
        b"ctorch._utils\n_rebuild_tensor_v2\n(N}X\x01\x00\x00\x00aK\x01stb.",
        b"ccollections\nOrderedDict\n(N}X\x03\x00\x00\x00popK\x01stb.",
    ],
)
def test_what_a_name_stands_for_stays_as_it_is(torch_file, path, pickle):
    torch_file.zip_of(path, pickle, {})
    refused(path)
    torch_file.zip(path, {"x": numbers(3)})
    assert list(read(path)) == ["x"]


@pytest.mark.parametrize("is_size", [True, False])
def test_a_storage_whose_key_or_size_would_take_for_ever(is_size, torch_file, path):
    nested = b")" + b"q\x00h\x00\x86" * 200
    view = torch_file.tensor(torch_file.reference("0", 5), 0, [5], [1])
    new, old = nested, torch_file.number(5) if is_size else torch_file.text("0")
    torch_file.zip(path, {"x": view.replace(old, new, 1)}, {"0": numbers(5)})
    refused(path, "other than a storage")


def test_storages_listed_by_what_would_take_for_ever_to_compare(torch_file, path):
    nested = b")" + b"q\x00h\x00\x86" * 200
    torch_file.stream(path, {"x": numbers(5)})
    listed = torch_file.text("0") + b"e."
    content = path.read_bytes().replace(listed, nested + nested + b"e.")
    path.write_bytes(content)
    refused(path, "lists 2 storages")


def test_a_name_that_would_take_for_ever_to_print(torch_file, path):
    nested = b")" + b"q\x00h\x00\x86" * 200
    torch_file.zip_of(path, b"\x80\x02" + nested + nested + b"\x93.", {})
    refused(path)


def test_deep_nesting_is_no_overflow(torch_file, path):
    torch_file.zip_of(path, b"\x80\x02)" + b"\x85" * 10**5 + b".", {})
    refused(path, "tuple")


def test_enormous_sizes_are_not_multiplied(write, torch_file, path, monkeypatch):
    monkeypatch.setattr("math.prod", None)
    view = torch_file.tensor(torch_file.reference("0", 6), 0, [2**62] * 33, [1] * 33)
    write({"x": view}, {"0": numbers(6)})
    refused(path, "'x' has no proper shape")


def test_a_key_that_would_take_for_ever_to_hash(torch_file, path):
    nested = b")" + b"q\x00h\x00\x86" * 200
    torch_file.zip_of(path, b"\x80\x02}" + nested + b"K\x01s.", {})
    refused(path, "item under a tuple")


@pytest.mark.parametrize("container", ["zip_of", "stream_of"])
def test_a_pickle_that_is_too_long(container, torch_file, path):
    getattr(torch_file, container)(path, b"\x80\x02" + b"}" * 2**21 + b".", {})
    refused(path, "longer than 1,048,576 bytes")


def test_a_table_of_too_many_members(torch_file, path):
    torch_file.zip(path, {"x": numbers(3)})
    path.write_bytes(path.read_bytes() + b"PK\x01\x02" * 10_001)
    refused(path, "more than 10,000 members")


# --- containers


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"<html>", b"\x89HDF\r\n\x1a\n"]
)
def test_other_files(content, path):
    path.write_bytes(content)
    refused(path)


def test_a_file_that_is_missing(path):
    with pytest.raises(OSError):
        read(path)


def test_a_file_cut_off_anywhere(write, path):
    write({"a": numbers(5), "b": numbers(2, 2, dtype="int64")})
    whole = path.read_bytes()
    for end in range(0, len(whole), 7):
        path.write_bytes(whole[:end])
        refused(path)


def test_a_zip_notices_altered_numbers(torch_file, path):
    torch_file.zip(path, {"a": numbers(50)})
    whole = bytearray(path.read_bytes())
    whole[whole.index(numbers(50).tobytes()) + 60] ^= 1
    path.write_bytes(whole)
    refused(path, "CRC")


def test_a_compressed_bomb_is_not_unpacked(torch_file, path):
    torch_file.zip(path, {"a": np.zeros(2**22, "float32")}, compressed=True)
    assert path.stat().st_size < 2**16
    refused(path, "compressed")


def test_members_that_lie_on_one_another(torch_file, path):
    torch_file.zip(path, {"a": numbers(1000), "b": numbers(1000)})
    whole = path.read_bytes()
    entries = [m.start() for m in re.finditer(b"PK\x01\x02", whole)]
    with zipfile.ZipFile(io.BytesIO(whole)) as file:
        start = {m.filename: m.header_offset for m in file.infolist()}
    first, second = start["archive/data/0"], start["archive/data/1"]
    doubled = bytearray(whole)
    for entry in entries:
        place = slice(entry + 42, entry + 46)
        if int.from_bytes(doubled[place], "little") == second:
            doubled[place] = first.to_bytes(4, "little")
    path.write_bytes(doubled)
    refused(path)


def test_two_members_of_one_name(torch_file, path):
    torch_file.zip(path, {"a": numbers(5)})
    with zipfile.ZipFile(path, "a") as file, pytest.warns(UserWarning):
        file.writestr("archive/data/0", b"others")
    refused(path, "one name")


@pytest.mark.parametrize("names", [[], ["a/data.pkl", "b/data.pkl"], ["data.pkl"]])
def test_a_zip_has_one_pickle_in_one_folder(names, path, torch_file):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("readme", "hello")
        for name in names:
            file.writestr(name, torch_file.dictionary({})[0])
    refused(path, "data.pkl")


def test_a_stream_of_another_protocol(torch_file, path):
    torch_file.stream(path, {"a": numbers(5)})
    path.write_bytes(
        path.read_bytes().replace(torch_file.VERSION, b"\x80\x02M\xe8\x03.")
    )
    refused(path, "1001")


def test_a_stream_lists_the_storages_it_uses(torch_file, path):
    torch_file.stream(path, {"a": numbers(5)}, {"more": numbers(2)})
    refused(path, "2 storages")


def test_damage_anywhere_is_a_value_error_or_harmless(write, path):
    write({"a": numbers(5), "b": numbers(2, 2, dtype="int64")})
    whole, chance = path.read_bytes(), random.Random(0)
    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            damaged[chance.randrange(len(whole))] = chance.randrange(256)
        path.write_bytes(damaged)
        try:
            read(path)
        except ValueError as error:
            assert str(path) in str(error)


def test_pytorch_is_not_needed(torch_file, path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # import fails
    torch_file.zip(path, {"a": numbers(5)})
    np.testing.assert_array_equal(read(path)["a"], numbers(5))
