"""Judges values by botocore's shapes: required members, kinds, enums, patterns, lengths, ranges."""

import datetime

import regex

KINDS = {
    "structure": dict,
    "map": dict,
    "list": (list, tuple),
    "string": str,
    "character": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "blob": (bytes, bytearray),
    "timestamp": (str, int, float, datetime.datetime),
}

_patterns = {}


def violations(value, shape, path=""):
    """Sentences, one for each thing that the model forbids."""
    if shape is None:
        return [f"{path or 'the whole'} is given, the model knows nothing there"] if value else []
    kind = KINDS[shape.type_name]
    if not isinstance(value, kind) or (isinstance(value, bool) and shape.type_name != "boolean"):
        return [f"{path or 'the whole'} is {value!r:.80}, not a {shape.type_name}"]
    found = list(_bounds(value, shape, path))
    if shape.type_name == "structure":
        found += [f"{path}.{name} is required and missing" for name in shape.required_members if value.get(name) is None]
        for name, one in value.items():
            if name not in shape.members:
                found.append(f"{path}.{name} is not in the model")
            elif one is not None:
                found += violations(one, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for index, one in enumerate(value):
            found += violations(one, shape.member, f"{path}[{index}]")
    elif shape.type_name == "map":
        for key, one in value.items():
            found += violations(key, shape.key, f"{path} key {key}")
            found += violations(one, shape.value, f"{path}.{key}")
    return found


def _bounds(value, shape, path):
    metadata = shape.metadata
    size = value if shape.type_name in ("integer", "long", "float", "double") else _length(value)
    if size is not None:
        if "min" in metadata and size < metadata["min"]:
            yield f"{path} has {size}, the least is {metadata['min']}"
        if "max" in metadata and size > metadata["max"]:
            yield f"{path} has {size}, the most is {metadata['max']}"
    if shape.type_name != "string":
        return
    if shape.enum and value not in shape.enum:
        yield f"{path} is {value!r:.80}, none of {', '.join(shape.enum)[:200]}"
    if "pattern" in metadata and not _pattern(metadata["pattern"]).fullmatch(value):
        yield f"{path} is {value!r:.80}, which {metadata['pattern']} does not match"


def _length(value):
    return len(value) if isinstance(value, (str, bytes, bytearray, list, tuple, dict)) else None


def _pattern(text):
    # Java's dialect: the `regex` package knows its classes, and what it cannot read is an error of this judge.
    if text not in _patterns:
        _patterns[text] = regex.compile(text, regex.VERSION0 | regex.DOTALL)
    return _patterns[text]


def differences(meant, got, path=""):
    """Where what arrived is not what was meant; lists and maps of nothing count as left out."""
    meant, got = _comparable(meant), _comparable(got)
    if isinstance(meant, dict) and isinstance(got, dict):
        found = []
        for name in meant.keys() | got.keys():
            if name not in got:
                found += [] if _is_nothing(meant[name]) else [f"{path}.{name} is lost, it was {meant[name]!r:.80}"]
            elif name not in meant:
                found += [] if _is_nothing(got[name]) else [f"{path}.{name} came from nowhere, it is {got[name]!r:.80}"]
            else:
                found += differences(meant[name], got[name], f"{path}.{name}")
        return found
    if isinstance(meant, list) and isinstance(got, list) and len(meant) == len(got):
        return [one for index, (a, b) in enumerate(zip(meant, got)) for one in differences(a, b, f"{path}[{index}]")]
    if _is_nothing(meant) and _is_nothing(got):
        return []
    # The SDK for JavaScript has numbers where Route 53's models have text.
    return [] if meant == got or (isinstance(meant, int) and str(meant) == got) or (isinstance(got, int) and meant == str(got)) else [f"{path} was {meant!r:.80} and is {got!r:.80}"]


def _is_nothing(value):
    return value is None or value == {} or value == [] or value == "" or value == b""


def _comparable(value):
    import base64

    if isinstance(value, dict) and list(value) == ["base64"]:
        return base64.b64decode(value["base64"])
    if isinstance(value, dict) and list(value) == ["time"]:
        # Some protocols carry whole seconds.
        moment = datetime.datetime.fromisoformat(value["time"].replace("Z", "+00:00"))
        return int(moment.timestamp())
    if isinstance(value, datetime.datetime):
        return int(value.timestamp())
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, tuple):
        return list(value)
    return value
