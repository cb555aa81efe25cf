import pytest

from kerasgen import data, games, losses, models, penalties
from kerasgen.adversarial import terms, views
from kerasgen.nearest import meant

pytestmark = pytest.mark.host
KNOWN = {
    "models": models.__all__,
    "objectives": losses.OBJECTIVES,
    "terms": terms.TERMS,
    "penalties": penalties.PENALTIES,
    "views": views.NAMES,
    "contenders": games.CONTENDERS,
    "data": data.list(),
}


@pytest.mark.parametrize("name", ["wgan_gp", "WGANGP", "wgan-gp", "WGAN-GP", "wgangp"])
def test_a_name_may_be_written_as_papers_and_classes_do(name):
    assert meant(name, ["WGAN", "WGANGP"]) == "WGANGP"
    assert type(terms.get(name)) is terms.GradientPenalty
    assert penalties.get(name).func is penalties.wgan_gp
    assert games.get(name) is games.CONTENDERS["wgan_gp"]


def test_a_name_that_is_there_is_itself():
    assert meant("a_b", ["ab", "a_b"]) == "a_b"
    assert meant("A-B", ["ab", "a_b"]) is None  # either may be meant
    assert meant("c", ["ab"]) is meant(None, ["none"]) is meant(3, ["3"]) is None


@pytest.mark.parametrize("which", KNOWN)
def test_no_two_names_are_written_alike(which):
    for name in KNOWN[which]:
        assert meant(name.upper(), KNOWN[which]) == name
