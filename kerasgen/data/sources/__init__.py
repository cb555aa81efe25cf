"""Where samples come from: arrays, files in a folder or archive, TFDS."""
