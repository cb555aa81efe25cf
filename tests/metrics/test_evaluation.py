import json

import pytest

from kerasgen.metrics.evaluation import Evaluation

pytestmark = pytest.mark.host


def test_numbers_are_a_mapping_and_the_file_holds_their_protocol(tmp_path):
    found = Evaluation({"fid_means_64": 1.5}, {"seed": 0})
    assert dict(found) == {"fid_means_64": 1.5}
    assert "fid_means_64: 1.5" in repr(found)
    found.save(tmp_path / "new" / "numbers.json")
    assert json.loads((tmp_path / "new" / "numbers.json").read_text()) == {
        "values": {"fid_means_64": 1.5},
        "protocol": {"seed": 0},
    }
    assert len(list((tmp_path / "new").iterdir())) == 1
