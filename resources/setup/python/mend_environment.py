"""Forgets packages of this Python's environment that were not installed whole, so that the next installation
brings them anew: a full disk, a cancel or a power cut may have stopped the last one between two files.
"""

import csv
import shutil
import sysconfig
from pathlib import Path


def is_whole(metadata):
    """True when every file that the package's RECORD lists is there in its size."""
    # Installers write this one last.
    if not (metadata / "INSTALLER").exists():
        return False
    try:
        with open(str(metadata / "RECORD"), newline="", encoding="utf-8") as record:
            for path, _, size in csv.reader(record):
                if size and (metadata.parent / path).stat().st_size != int(size):
                    return False
    except (OSError, ValueError):
        return False
    return True


def main():
    folders = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")}
    for metadata in sorted(entry for folder in folders for entry in folder.glob("*.dist-info")):
        if not is_whole(metadata):
            print("    {} was not installed whole".format(metadata.name[: -len(".dist-info")]))
            shutil.rmtree(str(metadata))


if __name__ == "__main__":
    main()
