"""Pulls an image through the Docker engine: looks for room on the disk first, then tells how far each layer is.

The engine's own command shows no progress in a log, and neither size nor room before it begins. Lines for people go
to stdout every few seconds; lines for the editor to --state. A failure's reason goes to --failure, and ends with 1.
Works with Python 3.6.
"""

import argparse
import base64
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

SOCKET = "/var/run/docker.sock"
MANIFESTS = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
MB = 1000 * 1000
# Unpacked layers, and the packed ones that are there until they are: measured on CUDA images as 2.2 to 2.7 times.
ROOM_FACTOR = 3
SAY_EVERY = 3.0
# Nothing at all from the registry for so long: the link is dead, although nobody has closed it.
STALL_LIMIT = float(os.environ.get("LAB_STALL_LIMIT", "180"))
TRIES = 4
RETRY_PAUSE = float(os.environ.get("LAB_RETRY_PAUSE", "5"))


class PullFailed(Exception):
    """A reason that the editor knows (src/setup/reasons.ts), and what was seen."""

    def __init__(self, reason, detail):
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def reason_of(message):
    """The reason code for what the engine or the registry said."""
    for pattern, reason in (
        (r"toomanyrequests|too many requests|\b429\b|rate limit", "registryLimit"),
        (r"unauthorized|authentication required|no basic auth|\b401\b|denied|\b403\b|forbidden", "registryRefused"),
        (r"manifest unknown|not found|repository does not exist|\b404\b", "imageNotFound"),
        (r"no space left", "diskFull"),
        (r"certificate|x509", "certificate"),
        (r"no matching manifest", "imageNotFound"),
    ):
        if re.search(pattern, message, re.IGNORECASE):
            # Where no key was given, none was refused.
            if reason == "registryRefused" and not os.environ.get("LAB_REGISTRY_USER"):
                return "imagePrivate"
            return reason
    return "registryUnreachable"


def say(text):
    print("    " + text, flush=True)


def split_reference(image):
    """(repository, tag) of the engine's name for an image, without its registry's."""
    first, slash, rest = image.partition("/")
    if not (slash and re.search(r"[.:]|^localhost$", first)):
        rest = image
    repository, colon, tag = rest.rpartition(":")
    if not colon:
        repository, tag = rest, "latest"
    return repository, tag


class Login:
    """What `docker login` has left for a registry; empty where there was none."""

    def __init__(self, path, registry):
        self.basic = ""
        try:
            with open(path) as source:
                self.basic = json.load(source).get("auths", {}).get(registry, {}).get("auth", "")
        except FileNotFoundError:
            pass
        self.registry = registry

    def engine_header(self):
        user, _, password = base64.b64decode(self.basic).decode().partition(":")
        login = {"username": user, "password": password, "serveraddress": self.registry} if self.basic else {}
        return base64.urlsafe_b64encode(json.dumps(login).encode()).decode()


def registry_host(registry):
    return "registry-1.docker.io" if registry == "docker.io" else registry


def fetch(address, headers):
    request = urllib.request.Request(address, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read().decode())


def bearer(challenge, repository, basic):
    """The token that the registry's WWW-Authenticate asks for."""
    words = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    query = {"service": words.get("service", ""), "scope": words.get("scope") or "repository:%s:pull" % repository}
    headers = {"Authorization": "Basic " + basic} if basic else {}
    answer = fetch(words["realm"] + "?" + urllib.parse.urlencode(query), headers)
    return answer.get("token") or answer["access_token"]


def layer_sizes(registry, repository, tag, login):
    """Packed sizes in bytes by the first 12 digits of each layer's digest, from the registry's manifest."""
    address = "https://%s/v2/%s/manifests/" % (registry_host(registry), repository)
    headers = {"Accept": MANIFESTS}
    if login.basic:
        headers["Authorization"] = "Basic " + login.basic
    try:
        manifest = fetch(address + tag, headers)
    except urllib.error.HTTPError as error:
        challenge = error.headers.get("WWW-Authenticate", "")
        if error.code != 401 or not challenge.lower().startswith("bearer"):
            raise
        headers["Authorization"] = "Bearer " + bearer(challenge, repository, login.basic)
        manifest = fetch(address + tag, headers)
    for entry in manifest.get("manifests", []):
        platform = entry.get("platform", {})
        if platform.get("architecture") == "amd64" and platform.get("os") == "linux":
            manifest = fetch(address + entry["digest"], headers)
            break
    return {layer["digest"].split(":")[1][:12]: layer["size"] for layer in manifest.get("layers", [])}


class UnixConnection(http.client.HTTPConnection):
    """HTTP to the engine's socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=STALL_LIMIT)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask_engine(method, path, headers=None):
    connection = UnixConnection(SOCKET)
    connection.request(method, path, headers=headers or {})
    return connection.getresponse()


def check_room(sizes):
    """@raises PullFailed when the disk of the engine has too little room."""
    root = json.loads(ask_engine("GET", "/info").read().decode())["DockerRootDir"]
    free = shutil.disk_usage(root).free
    needed = sum(sizes.values()) * ROOM_FACTOR
    packed = sum(sizes.values())
    say(
        "{:,} MB to pull in {} layers; {:,} MB needed unpacked and meanwhile, {:,} MB free in {}".format(
            packed // MB, len(sizes), needed // MB, free // MB, root
        )
    )
    if free < needed:
        raise PullFailed(
            "imageTooLarge",
            "{:,} MB are needed in {} for this image, and {:,} MB are free".format(needed // MB, root, free // MB),
        )


class Progress:
    """What is known of each layer, and when it was told last."""

    def __init__(self, sizes, tell):
        self.total = dict(sizes)
        self.done = {}
        self.state = {}
        self.tell = tell
        self.told_at = 0.0
        self.moved_at = time.monotonic()
        self.seen = None

    def note(self, line):
        layer, status = line.get("id", ""), line.get("status", "")
        if not re.match(r"^[0-9a-f]{12}$", layer):
            return
        detail = line.get("progressDetail") or {}
        if status == "Downloading":
            self.total.setdefault(layer, detail.get("total") or 0)
            self.done[layer] = detail.get("current", 0)
        elif status in ("Download complete", "Extracting", "Pull complete", "Already exists", "Verifying Checksum"):
            self.done[layer] = self.total.get(layer, 0)
        part = detail.get("current", 0) * 100 // detail["total"] if detail.get("total") else None
        if status in ("Pull complete", "Already exists") and self.state.get(layer, ("",))[0] != status:
            self.state[layer] = (status, None)
            self.say_layer(layer, "is here already" if status == "Already exists" else "done")
        self.state[layer] = (status, part)
        now = time.monotonic()
        picture = (layer, status, detail.get("current"))
        if picture != self.seen:
            self.seen, self.moved_at = picture, now
        if now - self.told_at >= SAY_EVERY:
            self.told_at = now
            self.say_all()

    def say_layer(self, layer, words):
        finished = sum(1 for status, _ in self.state.values() if status in ("Pull complete", "Already exists"))
        say(
            "layer {} ({:,} MB) {}; {} of {} layers".format(
                layer, self.total.get(layer, 0) // MB, words, finished, max(len(self.total), len(self.state))
            )
        )

    def say_all(self):
        total = sum(self.total.values())
        done = min(sum(self.done.values()), total)
        percent = done * 100 // total if total else 0
        busy = []
        for layer, (status, part) in sorted(self.state.items()):
            size = self.total.get(layer, 0)
            if status == "Downloading" and size:
                have = self.done.get(layer, 0)
                busy.append("{} {} % ({:,} of {:,} MB)".format(layer, have * 100 // size, have // MB, size // MB))
            elif status == "Extracting":
                busy.append("{} unpacking {} %".format(layer, part if part is not None else "?"))
        say("pulled {} % ({:,} of {:,} MB){}".format(percent, done // MB, total // MB, "".join("; " + b for b in busy)))
        words = "{:,} of {:,} MB".format(done // MB, total // MB)
        if total and done >= total:
            words = "all {:,} MB pulled, unpacking".format(total // MB)
        self.tell(percent, words)


def pull(image_name, tag, login, progress):
    """One try. @raises PullFailed with what the engine said."""
    query = urllib.parse.urlencode({"fromImage": image_name, "tag": tag})
    answer = ask_engine("POST", "/images/create?" + query, {"X-Registry-Auth": login.engine_header()})
    if answer.status != 200:
        text = answer.read().decode("utf-8", "replace")
        try:
            text = json.loads(text)["message"]
        except (ValueError, KeyError):
            pass
        raise PullFailed(reason_of(text), text)
    while True:
        raw = answer.readline()
        if not raw:
            break
        if not raw.strip():
            continue
        line = json.loads(raw.decode("utf-8", "replace"))
        if "error" in line:
            raise PullFailed(reason_of(line["error"]), line["error"])
        if re.match(r"^Retrying in", line.get("status", "")):
            continue
        progress.note(line)
        if time.monotonic() - progress.moved_at > STALL_LIMIT:
            raise PullFailed("registryUnreachable", "nothing came for %d s" % STALL_LIMIT)
    progress.say_all()


def teller(path, step):
    """Writes progress where the editor reads it, a line a call."""

    def tell(percent, words):
        event = {"time": int(time.time()), "event": "progress", "index": step, "percent": percent, "text": words}
        with open(path, "a") as state:
            state.write(json.dumps(event, separators=(",", ":")) + "\n")

    return tell


def manifest_or_nothing(registry, repository, tag, login):
    """The sizes; {} when only the network failed, since the engine may still have its own way (a mirror)."""
    try:
        return layer_sizes(registry, repository, tag, login)
    except urllib.error.HTTPError as error:
        text = error.read().decode("utf-8", "replace")[:300]
        reason = reason_of("%d %s %s" % (error.code, error.reason, text))
        if reason != "registryUnreachable":
            raise PullFailed(reason, "%s answers %d %s" % (registry, error.code, error.reason))
        say("%s answers %d %s: the size is not known beforehand" % (registry, error.code, error.reason))
    except (OSError, ssl.SSLError, ValueError, KeyError) as error:
        say("The size is not known beforehand: %s" % error)
    return {}


def run(given):
    login = Login(given.login, given.registry)
    repository, tag = split_reference(given.image)
    name = repository if given.registry == "docker.io" else "%s/%s" % (given.registry, repository)
    sizes = manifest_or_nothing(given.registry, repository, tag, login)
    if sizes:
        check_room(sizes)
    for attempt in range(1, TRIES + 1):
        try:
            pull(name, tag, login, Progress(sizes, teller(given.state, given.step)))
            return
        except PullFailed as failure:
            if failure.reason != "registryUnreachable" or attempt == TRIES:
                raise
            seen = failure.detail
        except (OSError, http.client.HTTPException, ValueError) as error:
            if attempt == TRIES:
                raise PullFailed("registryUnreachable", str(error) or type(error).__name__)
            seen = str(error) or "nothing came for %d s" % STALL_LIMIT
        pause = attempt * RETRY_PAUSE
        say("The pull was cut off ({}); trying again in {:.0f} s ({} of {}).".format(seen, pause, attempt, TRIES - 1))
        time.sleep(pause)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("image")
    options.add_argument("--registry", required=True)
    options.add_argument("--login", required=True, help="a config.json of docker login")
    options.add_argument("--failure", required=True)
    options.add_argument("--state", required=True)
    options.add_argument("--step", type=int, required=True)
    given = options.parse_args()
    try:
        run(given)
    except PullFailed as failure:
        with open(given.failure, "w") as target:
            target.write("%s\n%s\n" % (failure.reason, failure.detail))
        say("Failed: " + failure.detail)
        sys.exit(1)


if __name__ == "__main__":
    main()
