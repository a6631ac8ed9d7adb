"""Counts the GPUs that TensorFlow sees, trains a step on each, and names the cause when one is missing.

Runs num_gpu.ipynb as a person would and compares its number with the shape's. Writes one line of JSON:
{"expected", "found", "driver", "passed", "cause"?, "seen"?}. Exit status 0 whatever was found.
"""

import argparse
import importlib.metadata
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TRAIN = """
import sys, tensorflow as tf
with tf.device(sys.argv[1]):
    weight = tf.Variable(tf.ones([256, 256]))
    @tf.function(jit_compile=True)
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(tf.matmul(x, weight) - 1.0))
        weight.assign_sub(0.01 * tape.gradient(loss, weight))
        return loss
    print("loss", float(step(tf.random.normal([64, 256]))))
"""


def run(*command, limit=300):
    """(exit status, output) of a command; a missing program is status 127."""
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, timeout=limit
        )
        return done.returncode, done.stdout
    except FileNotFoundError:
        return 127, ""
    except subprocess.TimeoutExpired:
        return 124, "not within {} s".format(limit)


def count_by_notebook(path):
    """Runs num_gpu.ipynb in a kernel and reads the number that it prints."""
    import nbformat
    from nbclient import NotebookClient
    from traitlets.config import Config

    notebook = nbformat.read(path, as_version=4)
    # Over files, not over ports of the machine: others on it cannot listen, and ipykernel does not warn of them.
    config = Config({"KernelManager": {"transport": "ipc"}})
    NotebookClient(notebook, timeout=600, kernel_name="python3", config=config).execute()
    printed = "".join(
        output["text"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.get("name") == "stdout"
    )
    sys.stdout.write(printed)
    return int(re.search(r"Num GPUs Available:\s*(\d+)", printed).group(1))


def gpus_by_driver():
    """(status, names) as nvidia-smi lists them."""
    status, output = run("nvidia-smi", "--query-gpu=name", "--format=csv,noheader", limit=60)
    names = [line.strip() for line in output.splitlines() if line.strip()] if status == 0 else []
    return status, names


def installed(package):
    try:
        importlib.metadata.version(package)
        return True
    except importlib.metadata.PackageNotFoundError:
        return False


def kernel_module():
    """How the loaded kernel module calls itself, or ''."""
    try:
        return Path("/proc/driver/nvidia/version").read_text()
    except OSError:
        return ""


NVSWITCH = re.compile(r"A100-SXM|H100|H200|B200|A800|H800")
BEFORE_TURING = re.compile(r"V100|P100")
BLACKWELL = re.compile(r"B200|B300|GB200|RTX PRO 6000")


def cause_of(expected, found, driver_status, driver_names, shape_gpu):
    """The first cause that the machine shows, most certain first."""
    names = " ".join(driver_names) or shape_gpu
    if installed("tensorflow-cpu"):
        return "cpuBuild"
    if driver_status == 127:
        return "noDriver"
    if BEFORE_TURING.search(names) and "Open Kernel Module" in kernel_module():
        return "openModule"
    if driver_status != 0 or not kernel_module():
        return "driverNotLoaded"
    if len(driver_names) < expected:
        return "driverSeesFewer"
    # In a container there is no systemctl (127) to ask.
    if NVSWITCH.search(names) and run("systemctl", "is-active", "nvidia-fabricmanager")[0] not in (0, 127):
        return "fabricManager"
    if BLACKWELL.search(names):
        return "architecture"
    if found == 0:
        return "cudaLibraries"
    return "unknown"


# What TensorFlow prints when a step fails, the first that fits: its libraries before the GPU's architecture, because
# a missing ptxas is told with the same words as one that is too old.
TRAINING_CAUSES = (
    (r"system not yet initialized|SYSTEM_NOT_READY", "fabricManager"),
    (r"libdevice|DNN library|cuDNN|libcu\w+\.so|driver version is insufficient", "cudaLibraries"),
    (r"(find|invoke|get|run)[^\n]{0,40}ptxas", "cudaLibraries"),
    (r"no kernel image|NO_BINARY_FOR_GPU|compute capability|ptxas|PTX|sm_\d+", "architecture"),
)


def training_cause(output, names):
    for pattern, cause in TRAINING_CAUSES:
        if re.search(pattern, output):
            return cause
    return "architecture" if BLACKWELL.search(names) else "unknown"


def train(index):
    """(exit status, output) of one compiled step on a GPU."""
    return run(sys.executable, "-c", TRAIN, "/GPU:{}".format(index))


def verify(expected, shape_gpu, notebook):
    found = count_by_notebook(notebook)
    driver_status, driver_names = gpus_by_driver()
    report = {"expected": expected, "found": found, "driver": len(driver_names), "passed": found >= expected}
    if found < expected:
        report["cause"] = cause_of(expected, found, driver_status, driver_names, shape_gpu)
        print("TensorFlow sees {} of {} GPUs: {}".format(found, expected, report["cause"]))
        return report
    # Side by side, because each loads TensorFlow anew; none takes all the memory of the others' GPUs.
    os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"
    with ThreadPoolExecutor(max_workers=max(found, 1)) as pool:
        trained = list(pool.map(train, range(found)))
    for index, (status, output) in enumerate(trained):
        print("GPU {}: {}".format(index, "trained a compiled step" if status == 0 else output[-2000:]))
        if status != 0:
            report.update(passed=False, cause=training_cause(output, " ".join(driver_names) or shape_gpu), seen=output[-500:])
            return report
    print("TensorFlow sees {} of {} GPUs.".format(found, expected))
    return report


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--expected", type=int, required=True)
    options.add_argument("--name", default="")
    options.add_argument("--notebook", required=True)
    options.add_argument("--report", required=True)
    given = options.parse_args()
    report = verify(given.expected, given.name, given.notebook)
    Path(given.report).write_text(json.dumps(report, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
