"""The file of this folder that speaks for the running backend."""

import importlib

import keras

backend = importlib.import_module(f"kerasgen.engine.{keras.backend.backend()}_backend")
