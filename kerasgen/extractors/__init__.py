"""Fixed networks that make features of samples: weights, and how they are read."""
