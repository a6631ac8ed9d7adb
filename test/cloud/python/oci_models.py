"""Decodes JSON against the models of OCI's Python SDK, which itself lets nearly everything pass."""

import re
from datetime import datetime

from oci.util import NONE_SENTINEL

RFC3339 = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
# Oracle's own images belong to no compartment: the API answers null where its model says "required".
REQUIRED_BUT_NULL = frozenset({"Image.compartment_id"})
GENERIC = re.compile(r"^(list|dict)[\[(](?:str, )?(.+)[\])]$")


class Decoder:
    """Collects what does not fit. `models` is a service's module, such as `oci.core.models`."""

    def __init__(self, models, is_answer):
        self.models = models
        self.is_answer = is_answer
        self.complaints = []

    def decode(self, kind, value, path):
        """Holds `value` against a type as the SDK writes it: `list[Instance]`, `dict(str, str)`, `int`."""
        generic = GENERIC.match(kind)
        if generic:
            self._decode_each(*generic.groups(), value, path)
        elif kind in PRIMITIVES:
            if not PRIMITIVES[kind](value):
                self._complain(path, f"{value!r} is not {kind}")
        else:
            self._decode_model(kind.rsplit(".", 1)[-1], value, path)

    def _decode_each(self, container, kind, value, path):
        if not isinstance(value, list if container == "list" else dict):
            self._complain(path, f"{value!r} is not a {container}")
            return
        for key, item in enumerate(value) if container == "list" else value.items():
            self.decode(kind, item, f"{path}[{key}]")

    def _decode_model(self, name, value, path):
        if not isinstance(value, dict):
            self._complain(path, f"{value!r} is not a {name}")
            return
        model = getattr(self.models, name)()
        if hasattr(model, "get_subtype"):
            try:
                model = getattr(self.models, model.get_subtype(value))()
            except KeyError as field:
                self._complain(path, f"{name} has no {field}, which says what it is")
                return
        attributes = {json_name: name for name, json_name in model.attribute_map.items()}
        for field in value.keys() - attributes.keys():
            self._complain(f"{path}.{field}", f"{type(model).__name__} has no such field")
        for field, attribute in attributes.items():
            if value.get(field) is None:
                self._check_absence(model, attribute, f"{path}.{field}", field in value)
            else:
                self._decode_field(model, attribute, value[field], f"{path}.{field}")

    def _check_absence(self, model, attribute, path, is_null):
        where = f"{type(model).__name__}.{attribute}"
        if is_null and not self.is_answer:
            self._complain(path, "a request leaves out what it does not set, and sends no null")
        elif is_required(model, attribute) and not (is_null and where in REQUIRED_BUT_NULL):
            self._complain(path, f"{where} is required")

    def _decode_field(self, model, attribute, value, path):
        where = f"{type(model).__name__}.{attribute}"
        before = len(self.complaints)
        self.decode(model.swagger_types[attribute], value, path)
        if len(self.complaints) == before and not is_allowed(model, attribute, value):
            self._complain(path, f"{value!r} is not one of the values of {where}")

    def _complain(self, path, what):
        self.complaints.append(f"{path}: {what}")


def is_required(model, attribute):
    return "**[Required]**" in (getattr(type(model), attribute).__doc__ or "")


def is_allowed(model, attribute, value):
    """The setters know the enumerations: those of requests throw, those of answers put a mark in its place."""
    try:
        setattr(model, attribute, value)
    except ValueError:
        return False
    kept = getattr(model, attribute)
    return kept not in ("UNKNOWN_ENUM_VALUE", NONE_SENTINEL) and "UNKNOWN_ENUM_VALUE" not in (
        kept if isinstance(kept, list) else []
    )


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_time(value):
    if not isinstance(value, str) or not RFC3339.match(value):
        return False
    datetime.fromisoformat(re.sub(r"(\.\d+)?Z$", "+00:00", value))
    return True


PRIMITIVES = {
    "str": lambda value: isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": is_number,
    "datetime": is_time,
    "object": lambda value: True,
    "bytes": lambda value: isinstance(value, str),
}
