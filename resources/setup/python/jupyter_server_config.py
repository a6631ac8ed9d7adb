"""JupyterLab as OCI GPU Lab runs it: reached through the SSH tunnel alone, with token or password."""

from pathlib import Path

import jupyter_server

c = get_config()  # noqa: F821 - given by traitlets
here = Path(__file__).resolve().parent


def secret(name):
    """The content of a file beside this one that only the login user can read, or ''."""
    file = here / name
    return file.read_text().strip() if file.exists() else ""


token = secret("token")
if not token:
    # An empty token would mean access without one.
    raise SystemExit("The file with the token is empty: run set-up again.")

c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port_retries = 0
c.ServerApp.open_browser = False
c.ServerApp.root_dir = str(Path.home())
# Pings notice a dead link after seconds, not minutes (milliseconds here).
c.ServerApp.tornado_settings = {"ws_ping_interval": 10_000, "ws_ping_timeout": 20_000}

if jupyter_server.version_info[0] >= 2:
    c.IdentityProvider.token = token
    c.PasswordIdentityProvider.hashed_password = secret("password-hash")
    # The default cuts large output off; the editor bounds what it shows by itself.
    c.ZMQChannelsWebsocketConnection.limit_rate = False
else:
    c.ServerApp.token = token
    c.ServerApp.password = secret("password-hash")
    c.ServerApp.iopub_msg_rate_limit = 0
    c.ServerApp.iopub_data_rate_limit = 0
