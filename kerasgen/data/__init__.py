"""Named data sets, arrays, folders and archives of images, as uint8 batches.

Example:

```python
import kerasgen

train = kerasgen.data.load("fashion_mnist_6k", batch_size=64)
(images,) = train[0]  # uint8 (64, 28, 28, 1)
```
"""

from kerasgen.data.catalog import list_names as list
from kerasgen.data.dataset import ImageDataset
from kerasgen.data.load import load

__all__ = ["ImageDataset", "list", "load"]
