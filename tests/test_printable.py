import pytest

from kerasgen.printable import printable

pytestmark = pytest.mark.host


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("bell\a and back\b", r"bell\x07 and back\x08"),
        ("over\rwritten", r"over\rwritten"),
        ("\x9b2J", r"\x9b2J"),  # the same escape in one character
        ("backwards \u202etxt.exe", r"backwards \u202etxt.exe"),
        ("two\nlines, schöne Grüße, 顔, ━", "two\nlines, schöne Grüße, 顔, ━"),
        (3, "3"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text, seen):
    assert printable(text) == seen
