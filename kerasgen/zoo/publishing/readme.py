"""What Hugging Face shows of a repository: its README."""

import json
import re

from kerasgen.zoo.entry.manifest import Manifest

FILE = "README.md"
HEADER = """---
library_name: keras
tags:
- kerasgen
- image-generation
---
"""
BRIEF = """# {name}

A `{model}` that makes samples of shape {shape}.

```py
import kerasgen

model = kerasgen.zoo.load("{address}")
samples = model.generate(64, seed=0)
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
    card = folder / "card.md"
    if card.is_file():
        load = f"zoo.load({json.dumps(address)})"
        return HEADER + LOADED.sub(lambda _: load, card.read_text("utf-8"))
    manifest = Manifest.read(folder)
    return HEADER + BRIEF.format(
        name=repository.split("/")[1],
        model=manifest.model,
        shape=" x ".join(map(str, manifest.image_shape)),
        address=address,
    )
