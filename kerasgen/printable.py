"""Words of others, before they reach a terminal."""


def printable(text):
    """A text in which characters that cannot be seen are written out.

    Escape codes move the cursor, change colors or rename the window; what a server or
    a file of somebody else's sends may hold them. Newlines stay.

    Args:
        text: Anything; what is no string is made one.
    """
    return "".join(map(_written, str(text)))


def _written(character):
    if character.isprintable() or character == "\n":
        return character
    return character.encode("unicode_escape").decode("ascii")
