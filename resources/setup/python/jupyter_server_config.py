"""Jupyter as OCI GPU Lab runs it: reached through the SSH tunnel alone, with token or password.

For Lab and Notebook of any age, on the machine itself and in a container.
"""

import importlib
import os
from pathlib import Path

c = get_config()  # noqa: F821 - given by traitlets
here = Path(__file__).resolve().parent
# Set in a container alone: the folder of the image in which its Jupyter works.
work = os.environ.get("OCI_GPU_LAB_WORK")


def secret(name):
    """The content of a file beside this one that only the login user can read, or ''."""
    file = here / name
    return file.read_text().strip() if file.exists() else ""


def major(name):
    """The major version of a module; None when it is not there."""
    try:
        return int(importlib.import_module(name).__version__.split(".")[0])
    except ImportError:
        return None


def server_version():
    """The major version of Jupyter Server; 0 for Lab 2 and Notebook 6, which are servers of their own."""
    lab = major("jupyterlab")
    own_server = lab < 3 if lab is not None else major("notebook") < 7
    return 0 if own_server else major("jupyter_server")


token = secret("token")
if not token:
    # An empty token would mean access without one.
    raise SystemExit("The file with the token is empty: run set-up again.")

version = server_version()
app = c.ServerApp if version else c.NotebookApp
folder = work or str(Path.home())
# A container's own network ends at the machine, which publishes the port on its loopback address alone.
app.ip = "0.0.0.0" if work else "127.0.0.1"
app.allow_root = bool(work)
# Whatever it listens on, only requests to localhost are answered.
app.allow_remote_access = False
app.port_retries = 0
app.open_browser = False
# Pings notice a dead link after seconds, not minutes (milliseconds here).
app.tornado_settings = {"ws_ping_interval": 10_000, "ws_ping_timeout": 20_000}

if version:
    app.root_dir = folder
else:
    app.notebook_dir = folder

# The defaults cut large output off; the editor bounds what it shows by itself.
if version >= 2:
    c.IdentityProvider.token = token
    c.PasswordIdentityProvider.hashed_password = secret("password-hash")
    c.ZMQChannelsWebsocketConnection.limit_rate = False
else:
    app.token = token
    app.password = secret("password-hash")
    app.iopub_msg_rate_limit = 0
    app.iopub_data_rate_limit = 0
