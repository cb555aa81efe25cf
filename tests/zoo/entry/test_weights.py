"""Files of weights that no honest entry has."""

import types

import h5py
import numpy as np
import pytest

from kerasgen.zoo.entry import weights

pytestmark = pytest.mark.host
NAME = "generator/000_dense_kernel"


@pytest.fixture
def read(entry):
    """Reads the weights of the entry for variables like those that they were of."""
    variables = {}
    with h5py.File(entry / "weights.h5") as file:
        for network in file:
            for name, item in file[network].items():
                variable = types.SimpleNamespace(shape=item.shape, dtype="float32")
                variables[f"{network}/{name}"] = variable

    def read():
        weights.read(entry / "weights.h5", variables)
        return variables

    return read


@pytest.fixture
def read_with(entry, read):
    """The same after a change to the file."""

    def read_with(change):
        with h5py.File(entry / "weights.h5", "a") as file:
            change(file, entry.parent)
        return read()

    return read_with


def test_an_honest_file_is_read(entry, read):
    with h5py.File(entry / "weights.h5") as file:
        expected = file[NAME][()]
    given = read()[NAME]._initializer.values
    assert given.dtype == "float32" and np.array_equal(given, expected)


def external_array(file, folder):
    with h5py.File(folder / "secret.h5", "w") as secret:
        secret["values"] = file[NAME][()]
    del file[NAME]
    file[NAME] = h5py.ExternalLink(str(folder / "secret.h5"), "values")


def external_group(file, folder):
    with h5py.File(folder / "secret.h5", "w") as secret:
        file.copy("generator", secret)
    del file["generator"]
    file["generator"] = h5py.ExternalLink(str(folder / "secret.h5"), "generator")


def soft_link(file, folder):
    file.move(NAME, "generator/moved")
    file[NAME] = h5py.SoftLink("/generator/moved")


def soft_group(file, folder):
    file.move("generator", "moved")
    file["generator"] = h5py.SoftLink("/moved")


def dangling_link(file, folder):
    file["encoder"] = h5py.SoftLink("/nowhere")


def cycle(file, folder):
    file["generator/again"] = file["/"]


def array_at_the_top(file, folder):
    file["kernel"] = np.zeros(3, "float32")


def group_in_a_group(file, folder):
    file["generator/deep/kernel"] = np.zeros(3, "float32")


def named_type(file, folder):
    file["generator/type"] = np.dtype("float32")


@pytest.mark.parametrize(
    "change",
    [
        external_array,
        external_group,
        soft_link,
        soft_group,
        dangling_link,
        cycle,
        array_at_the_top,
        group_in_a_group,
        named_type,
    ],
)
def test_anything_but_groups_of_arrays_is_refused(read_with, change):
    with pytest.raises(ValueError, match="must hold groups with arrays in them and"):
        read_with(change)


def virtual(file, folder):
    shape = file[NAME].shape
    layout = h5py.VirtualLayout(shape, "float16")
    layout[:] = h5py.VirtualSource(str(folder / "secret.h5"), "values", shape)
    del file[NAME]
    file.create_virtual_dataset(NAME, layout)


def external_storage(file, folder):
    shape = file[NAME].shape
    (folder / "secret").write_bytes(bytes(10_000))
    del file[NAME]
    file.create_dataset(
        NAME, shape, "float16", external=[(str(folder / "secret"), 0, 10_000)]
    )


def replaced(**arguments):
    def replaced(file, folder):
        shape = file[NAME].shape
        del file[NAME]
        file.create_dataset(NAME, **{"shape": shape, "dtype": "float16"} | arguments)

    return replaced


@pytest.mark.parametrize(
    "change",
    [
        virtual,
        external_storage,
        replaced(compression="gzip"),
        replaced(chunks=(1, 1)),
        replaced(shape=(10**6, 10**6), chunks=(1, 1)),
        replaced(shape=(10**6, 10**6)),
        replaced(shape=(2**31, 2**31), dtype="uint8"),
        replaced(),  # of the right shape, but never written
        replaced(dtype=h5py.string_dtype()),
        replaced(dtype=h5py.vlen_dtype("float32")),
        replaced(dtype=h5py.ref_dtype),
        replaced(dtype="S8"),
        replaced(dtype="complex64"),
        replaced(dtype=[("a", "float32"), ("b", "float32")]),
        replaced(shape=None, data=h5py.Empty("float32")),
    ],
)
def test_anything_but_plain_arrays_is_refused(read_with, change):
    with pytest.raises(ValueError, match=f"must hold plain arrays.*Received: {NAME}"):
        read_with(change)


@pytest.mark.parametrize(
    "data", [b"", b"\x89HDF\r\n\x1a\n", b"cos\nsystem\n(S'x'\ntR."]
)
def test_what_is_not_hdf5(entry, read, data):
    (entry / "weights.h5").write_bytes(data)
    with pytest.raises(ValueError, match="weights.h5 is not HDF5, or is damaged"):
        read()


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_half_a_file(entry, read, part):
    path = entry / "weights.h5"
    data = path.read_bytes()
    path.write_bytes(data[: int(part * len(data))])
    with pytest.raises(ValueError, match="weights.h5 is not HDF5, or is damaged"):
        read()


def test_whatever_h5py_makes_of_damage_is_an_error_of_the_file(entry, read):
    """One bit makes a number of 16 bits have an exponent of 21: a `ValueError`."""
    path = entry / "weights.h5"
    data = bytearray(path.read_bytes())
    # A float16 in HDF5: sizes of exponent and mantissa, where they begin, the bias.
    place = data.index(bytes([10, 5, 0, 10, 15, 0, 0, 0]))
    data[place + 1] = 21
    path.write_bytes(data)
    with pytest.raises(
        ValueError, match="weights.h5 (must hold|is not HDF5, or is da)"
    ):
        read()


def test_arrays_that_lie_on_one_another_are_refused(read_with):
    def change(file, folder):
        big = file["generator"].create_dataset("big", data=np.zeros(4000, "float32"))
        for i in range(5):
            file[f"generator/{i}"] = big  # another name for the same numbers

    with pytest.raises(ValueError, match="at least as large as its arrays together"):
        read_with(change)


def test_a_group_of_too_many_names_is_refused_before_they_are_read(
    read_with, monkeypatch
):
    monkeypatch.setattr(weights, "ARRAYS", 50)

    def change(file, folder):
        for i in range(60):
            file[f"generator/{i}"] = file[NAME]

    with pytest.raises(ValueError, match="at most 50 arrays in a group. Received: "):
        read_with(change)


@pytest.mark.parametrize("value", [np.nan, -np.inf])
def test_numbers_that_are_not_finite_are_refused(read_with, value):
    def change(file, folder):
        file[NAME][1, :3] = value

    with pytest.raises(ValueError, match=f"finite.*Received: {NAME}, with 3 of 1,024"):
        read_with(change)


def test_numbers_too_large_for_float32_are_refused(read_with):
    def change(file, folder):
        values = np.full(file[NAME].shape, 1e300)
        del file[NAME]
        file[NAME] = values

    with pytest.raises(ValueError, match="finite.*with 1,024 of 1,024 NaN or inf"):
        read_with(change)


def test_floats_for_a_variable_of_integers_are_refused(entry, read):
    variable = types.SimpleNamespace(shape=(8, 128), dtype="int32")
    read_as = {**read(), NAME: variable}
    said = f"another model. Received: {NAME} in float16, expected int32"
    with pytest.raises(ValueError, match=said):
        weights.read(entry / "weights.h5", read_as)


def test_room_for_what_a_file_holds_and_little_else(entry):
    shapes = weights.layout(entry / "weights.h5")
    room = weights.Room("weights.h5", shapes)
    for name, shape in shapes.items():
        room(types.SimpleNamespace(shape=shape, path=name))
    room(types.SimpleNamespace(shape=(), path="epochs_seen"))
    with pytest.raises(
        ValueError, match=r"a smaller model.*pool of shape \(1000, 2000"
    ):
        room(types.SimpleNamespace(shape=(1000, 2000), path="pool"))
