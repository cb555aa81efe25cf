"""What Hugging Face shows of a repository: its README."""

import json
import re

from kerasgen.kinds import Images
from kerasgen.zoo.entry.manifest import Manifest
from kerasgen.zoo.info import shape
from kerasgen.zoo.publishing.usage import ask

FILE = "README.md"
HEADER = """---
library_name: keras
tags:
- kerasgen
{tags}---
"""
BRIEF = """# {name}

A `{model}` that makes {noun} of {shape}.

```py
import kerasgen

model = kerasgen.zoo.load("{address}")
{call}
```

What it learned from, and how good it is, its author has not said here.
"""
LOADED = re.compile(r'zoo\.load\("[^"]*"\)')


def readme(folder, repository):
    """Markdown: the card of an entry, or how to load one that has none.

    Args:
        folder: The entry.
        repository: `user/repo`, which is to be loaded.
    """
    address = f"hf://{repository}"
    manifest = Manifest.read(folder)
    kind = manifest.sampled_kind
    header = HEADER.format(
        tags="- image-generation\n" if isinstance(kind, Images) else ""
    )
    card = folder / "card.md"
    if card.is_file():
        load = f"zoo.load({json.dumps(address)})"
        return header + LOADED.sub(lambda _: load, card.read_text("utf-8"))
    return header + BRIEF.format(
        name=repository.split("/")[1],
        model=manifest.model,
        noun=kind.noun,
        shape=shape(kind),
        address=address,
        call=ask(manifest.inputs, kind)[0],
    )
