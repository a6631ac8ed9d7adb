"""
Holds recorded exchanges against OCI's own Python SDK: which operations there are, the paths, query
parameters and headers that they take, and the models of bodies and answers.

    python decode_strictly.py exchanges.jsonl

Prints one line a complaint, then `N exchanges, M complaints`; ends with 1 if there is a complaint.
"""

import inspect
import json
import re
import sys

import oci
from oci_models import Decoder

CLIENTS = {
    "core": (oci.core.ComputeClient, oci.core.VirtualNetworkClient, oci.core.BlockstorageClient),
    "identity": (oci.identity.IdentityClient,),
    "limits": (oci.limits.LimitsClient,),
    "workrequests": (oci.work_requests.WorkRequestClient,),
}
MODELS = {
    "core": oci.core.models,
    "identity": oci.identity.models,
    "limits": oci.limits.models,
    "workrequests": oci.work_requests.models,
}
# What HTTP and the signature add to every request, and OCI's own marks that any may carry.
TRANSPORT_HEADERS = re.compile(
    r"^(accept(-.*)?|authorization|cache-control|connection|content-.*|date|host|pragma|sec-.*|user-agent"
    r"|x-date|x-content-sha256|opc-client-info|opc-client-retries|opc-request-id)$"
)
PARAMETER = re.compile(r":param ([\w.]+) (\w+): \((required|optional)\)")


class CapturedCall:
    """Stands in for the SDK's transport, to see the request that it would have made."""

    def get_preferred_retry_strategy(self, **_):
        return oci.retry.NoneRetryStrategy()

    def call_api(self, **request):
        return request


class Operation:
    """A method of one of the SDK's clients."""

    def __init__(self, service, name):
        method = snake(name)
        client = next((one for one in CLIENTS[service] if hasattr(one, method)), None)
        if client is None:
            raise ValueError(f"the SDK has no operation {name}")
        instance = client.__new__(client)
        instance.base_client = CapturedCall()
        instance.retry_strategy = None
        instance.circuit_breaker_callback = None
        self.call = getattr(instance, method)
        source = inspect.getsource(self.call)
        self.path = re.search(r'resource_path = "(.+)"', source).group(1)
        self.kinds = {name: kind for kind, name, _ in PARAMETER.findall(inspect.getdoc(self.call))}
        self.body = next((name for name, kind in self.kinds.items() if ".models." in kind), None)
        self.is_paged = "page" in self.kinds


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def check(exchange):
    """Yields what is wrong with one exchange."""
    service, name = exchange["service"], exchange["operation"]
    if service not in CLIENTS:
        yield f"{exchange['method']} {exchange['path']}: no operation of OCI has that path"
        return
    operation = Operation(service, name)
    path = re.sub(r"^/20160918", "", exchange["path"])
    in_path = match_path(operation.path, path)
    if in_path is None:
        yield f"path: {path} is not {operation.path}"
        return
    arguments = {**in_path, **{snake(key): value for key, value in exchange["query"].items()}}
    for header, value in exchange["requestHeaders"].items():
        if not TRANSPORT_HEADERS.match(header):
            arguments[header.replace("-", "_")] = value
    for argument, value in arguments.items():
        if not is_of_kind(operation.kinds.get(argument, "str"), value):
            yield f"{argument}: {value!r} is not {operation.kinds[argument]}"
    body = exchange["requestBody"]
    if body is not None:
        if operation.body is None:
            yield "body: there is one, but this operation takes none"
            return
        arguments[operation.body] = body
    try:
        request = operation.call(**arguments)
    except (TypeError, ValueError) as error:
        yield f"request: {error}"
        return
    if request["method"] != exchange["method"]:
        yield f"method: {exchange['method']} instead of {request['method']}"
    if body is not None:
        yield from decoded(service, operation.kinds[operation.body], body, "body")
    yield from check_answer(service, operation, request, exchange)


def check_answer(service, operation, request, exchange):
    status, headers, body = exchange["status"], exchange["responseHeaders"], exchange["responseBody"]
    if status == 0:
        return
    if not headers.get("opc-request-id"):
        yield "answer: no opc-request-id"
    if status >= 400:
        if not isinstance(body, dict) or body.keys() != {"code", "message"}:
            yield f"answer: an error has code and message, not {body!r}"
        return
    if "opc-next-page" in headers and not operation.is_paged:
        yield "answer: opc-next-page, but this operation has no pages"
    kind = request.get("response_type")
    if kind is None:
        if body is not None:
            yield "answer: there is a body, but this operation answers none"
    else:
        yield from decoded(service, kind, body, "answer", is_answer=True)


def decoded(service, kind, value, path, is_answer=False):
    decoder = Decoder(MODELS[service], is_answer)
    decoder.decode(kind, value, path)
    return decoder.complaints


def match_path(template, path):
    """The values of `{instanceId}` and the like by the name of their argument; None if it is another path."""
    names = re.findall(r"\{(\w+)\}", template)
    pattern = re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(template))
    found = re.fullmatch(pattern, path)
    return found and dict(zip(map(snake, names), found.groups()))


def is_of_kind(kind, value):
    if kind == "int":
        return value.isdecimal()
    return kind != "bool" or value in ("true", "false")


def main(file):
    count = complaints = 0
    with open(file, encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            exchange = json.loads(line)
            count += 1
            try:
                found = list(check(exchange))
            except ValueError as error:
                found = [str(error)]
            for complaint in found:
                print(f"{number}: {exchange['operation']}: {complaint}")
            complaints += len(found)
    print(f"{count} exchanges, {complaints} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
