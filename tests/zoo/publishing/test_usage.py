import pytest

from kerasgen.inputs import Codes, Given, Labels, Latents
from kerasgen.kinds import Images, Vectors
from kerasgen.zoo.publishing.usage import ask

pytestmark = pytest.mark.host
FIRST = "images = model.generate(64, seed=0)  # uint8 (64, 8, 8, 1)"


@pytest.mark.parametrize(
    ("inputs", "lines"),
    [
        ((), []),
        ((Latents(3),), []),
        (
            (Latents(3), Labels(10)),
            ["images = model.generate(8, labels=3)  # eight of class 3"],
        ),
        (
            (Labels(2),),
            ["images = model.generate(8, labels=1)  # eight of class 1"],
        ),
        (
            (Labels(2, names=['a "b"', "c"]),),
            ['# Of a "b", c.', 'images = model.generate(8, labels="a \\"b\\"")'],
        ),
        (
            (Latents(3), Codes((10,), 2)),
            [
                "# Category 3, then the continuous codes.",
                "images = model.generate(codes=[[3, 0.0, -1.0], [3, 0.0, 1.0]])",
            ],
        ),
        ((Codes((2, 9), 0),), ["images = model.generate(codes=[[1, 3]])"]),
        ((Codes((), 1),), ["images = model.generate(codes=[[-1.0], [1.0]])"]),
    ],
)
def test_what_can_be_asked_for(inputs, lines):
    assert ask(inputs, Images((8, 8, 1))) == [FIRST, *lines]


def test_several_attributes_at_once():
    *_, last = ask((Labels(3, names=["a", "b", "c"]),), Vectors(2), several=True)
    assert last == 'vectors = model.generate(8, labels={"a", "b"})'


def test_what_it_starts_from_is_given():
    kind = Images((8, 8, 1))
    assert ask((Given(kind),), kind) == ["images = model.generate(images=images)"]
    line = 'images = model.translate(images, to="A", seed=0)'
    assert ask((Given(kind, domain=1),), kind) == [line]
