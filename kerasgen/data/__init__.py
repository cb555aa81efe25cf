"""Named data sets, arrays, folders and archives, as batches of some kind of sample.

Example:

```python
import kerasgen

train = kerasgen.data.load("fashion_mnist_6k", batch_size=64)
(images,) = train[0]  # uint8 (64, 28, 28, 1)
```
"""

from kerasgen.data.catalog import list_names as list
from kerasgen.data.dataset import Dataset
from kerasgen.data.load import load
from kerasgen.data.load_pairs import load_pairs

__all__ = ["Dataset", "list", "load", "load_pairs"]
