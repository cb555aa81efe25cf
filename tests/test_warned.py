import pytest

from kerasgen.arguments import plain_numbers
from kerasgen.warned import warn

pytestmark = pytest.mark.host


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_a_warning_points_at_the_users_line(depth):
    function = warn
    for _ in range(depth):
        function = plain_numbers(function)  # a frame of kerasgen more
    with pytest.warns(UserWarning, match="look here") as told:
        function("look here")
    (warning,) = told
    assert warning.filename == __file__
