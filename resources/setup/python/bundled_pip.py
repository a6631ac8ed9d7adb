"""Prints the path of the pip wheel that this Python brings along for ensurepip; an empty line if there is none."""

import ensurepip
import sysconfig
from pathlib import Path

folders = [
    # Distributions keep it apart from Python; where theirs does not say in which folder, Debian's is looked into.
    Path(sysconfig.get_config_var("WHEEL_PKG_DIR") or "/usr/share/python-wheels"),
    Path(ensurepip.__file__).parent / "_bundled",
]
wheels = [str(wheel) for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))]
print(wheels[0] if wheels else "")
