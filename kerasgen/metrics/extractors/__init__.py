"""What makes features of images: networks, their weights, and how those are read."""
