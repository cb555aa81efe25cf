"""Where images come from: arrays, files in a folder or archive, TFDS."""
