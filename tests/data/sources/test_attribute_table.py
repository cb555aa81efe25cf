import numpy as np
import pytest

from kerasgen.data.sources.attribute_table import AttributeTable, has_image_id

pytestmark = pytest.mark.host

TABLE = b"image_id,Male,Smiling\r\n1.png,1,-1\r\n2.png,-1,1\r\n3.png,0, 1\r\n"


def test_values_become_0_and_1_in_the_order_asked_for():
    table = AttributeTable(TABLE, "t.csv")
    values = table.values(["dir/3.png", "1.png"], ["Smiling", "Male"])
    assert values.dtype == np.float32
    np.testing.assert_array_equal(values, [[1, 0], [0, 1]])


def test_unknown_names_list_the_nearest():
    with pytest.raises(
        ValueError, match="nearest names are Smiling.*Received: attributes='smilng'"
    ):
        AttributeTable(TABLE, "t.csv").values(["1.png"], ["Male", "smilng"])


def test_an_image_without_a_row_is_named():
    with pytest.raises(ValueError, match=r"t\.csv has no row for the image 9\.png"):
        AttributeTable(TABLE, "t.csv").values(["9.png"], ["Male"])


def test_other_values_are_refused():
    table = AttributeTable(b"image_id,Age\n1.png,33\n", "t.csv")
    with pytest.raises(ValueError, match="'33' in the column 'Age'"):
        table.values(["1.png"], ["Age"])


def test_a_table_needs_the_image_id_column():
    with pytest.raises(ValueError, match="needs a column 'image_id'.*file, Male"):
        AttributeTable(b"file,Male\n", "t.csv")


def test_a_byte_order_mark_does_not_matter():
    table = AttributeTable(b"\xef\xbb\xbf" + TABLE, "t.csv")
    assert table.values(["1.png"], ["Male"]) == 1


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (TABLE, True),
        (b"name,image_id\n", True),
        (b"name\nimage_id\n", False),
        (b"", False),
    ],
)
def test_has_image_id_looks_at_the_first_line(data, expected):
    assert has_image_id(data) is expected


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (b"2.png,1", "3 in the first row and 2 in row 3: 2.png, 1"),
        (b"2.png", "1 in row 3"),
        (b"2,png,1,1", "4 in row 3"),
        ("2\xe9.png,1,1".encode("latin-1"), "must be a csv file in UTF-8.*t.csv.*0xe9"),
        (b"2.png,1," + b"1" * 200_000, "must be a csv file.*field larger"),
    ],
)
def test_a_table_that_is_damaged_is_refused(row, message):
    with pytest.raises(ValueError, match=message):
        AttributeTable(b"image_id,Male,Smiling\n1.png,1,1\n" + row + b"\n", "t.csv")


def test_empty_rows_do_not_matter():
    table = AttributeTable(b"image_id,Male\n\n1.png,1\n\n", "t.csv")
    assert table.values(["1.png"], ["Male"]) == 1


def test_paths_in_a_table_of_windows_are_found():
    table = AttributeTable(b"image_id,Male\ncat\\1.png,1\ndog\\1.png,0\n", "t.csv")
    values = table.values(["dog/1.png", "cat/1.png"], ["Male"])
    np.testing.assert_array_equal(values, [[0], [1]])
