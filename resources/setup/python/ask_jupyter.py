"""Exit status 0 when Jupyter on 127.0.0.1:<port> takes the token in <file>: ask_jupyter.py <port> <file>."""

import sys
import urllib.request

port, file = sys.argv[1:]
with open(file) as source:
    token = source.read().strip()
request = urllib.request.Request(
    "http://127.0.0.1:{}/api/status".format(port), headers={"Authorization": "token " + token}
)
# Loopback is never reached through a proxy.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    opener.open(request, timeout=5).close()
except OSError:
    sys.exit(1)
