"""STAND-IN: settings that nbclient.py, the stand-in beside this folder, does not look at."""

Config = dict
