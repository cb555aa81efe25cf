"""Fixed networks that make features of samples: their weights, and how those are read."""
