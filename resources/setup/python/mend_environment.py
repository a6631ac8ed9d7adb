"""Forgets packages of this Python's environment that were not installed whole, so that the next installation
brings them anew: a full disk, a cancel or a power cut may have stopped the last one between two files.
"""

import csv
import shutil
import sysconfig
from pathlib import Path


def flaw_of(metadata):
    """What is wrong with a package: files are missing, or one has another size than its RECORD says; else None."""
    # Installers write this one last.
    if not (metadata / "INSTALLER").exists():
        return "was not installed whole"
    try:
        with open(str(metadata / "RECORD"), newline="", encoding="utf-8") as record:
            for path, _, size in csv.reader(record):
                if size and (metadata.parent / path).stat().st_size != int(size):
                    return "has a torn file"
    except (OSError, ValueError):
        return "was not installed whole"
    return None


def main():
    folders = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")}
    for metadata in sorted(entry for folder in folders for entry in folder.glob("*.dist-info")):
        flaw = flaw_of(metadata)
        if flaw:
            print("    {} {}".format(metadata.name[: -len(".dist-info")], flaw))
            shutil.rmtree(str(metadata))


if __name__ == "__main__":
    main()
