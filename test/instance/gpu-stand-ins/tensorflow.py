"""STAND-IN: a TensorFlow that fails on a GPU with the words that the test gives it."""

import os

raise RuntimeError(os.environ["STAND_IN_TENSORFLOW_SAYS"])
