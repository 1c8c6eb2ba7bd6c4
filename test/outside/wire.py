"""Reads requests as the service would, by botocore's model of it: what was sent, and what no model knows."""

import base64
import re
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree

# Headers that belong to signing, retries and transport, not to an operation's input.
TRANSPORT = re.compile(
    r"x-amz-(date|content-sha256|user-agent|security-token|trailer|decoded-content-length|target|algorithm|te)$"
    r"|x-amzn-(query-mode|trace-id)$"
)


class Unreadable(Exception):
    """The request is not one of its operation."""


def read_request(model, operation, call):
    """The input of a call in botocore's shape, and the paths of what its model does not know."""
    body = base64.b64decode(call["body"])
    protocol = model.metadata["protocol"]
    if protocol == "json" or (protocol == "query" and "x-amz-target" in call["headers"]):
        return _read_json(model, operation, call, body)
    if protocol == "ec2":
        return _read_ec2(model, operation, body)
    if protocol == "rest-xml":
        return _read_rest(operation, call, _without_chunks(call, body))
    raise Unreadable(f"protocol {protocol} is not read here")


def _read_json(model, operation, call, body):
    import json

    wanted = f"{model.metadata['targetPrefix']}.{operation.name}"
    if call["headers"].get("x-amz-target") != wanted:
        raise Unreadable(f"x-amz-target is {call['headers'].get('x-amz-target')}, not {wanted}")
    version = model.metadata["jsonVersion"]
    kind = call["headers"].get("content-type")
    if kind != f"application/x-amz-json-{version}":
        raise Unreadable(f"content-type is {kind}, not application/x-amz-json-{version}")
    unknown = []
    value = from_json(json.loads(body or b"{}"), operation.input_shape, "", unknown)
    return value, unknown


def from_json(value, shape, path, unknown):
    """A JSON value with members by their names in the model, bytes decoded."""
    if value is None or shape is None:
        return value
    if shape.type_name == "structure" and isinstance(value, dict):
        names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
        found = {}
        for key, one in value.items():
            if key not in names:
                unknown.append(f"{path}.{key}")
            elif one is not None:
                found[names[key]] = from_json(one, shape.members[names[key]], f"{path}.{key}", unknown)
        return found
    if shape.type_name == "list" and isinstance(value, list):
        return [from_json(one, shape.member, f"{path}[{index}]", unknown) for index, one in enumerate(value)]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: from_json(one, shape.value, f"{path}.{key}", unknown) for key, one in value.items()}
    if shape.type_name == "blob" and isinstance(value, str):
        return base64.b64decode(value)
    return value


def _read_ec2(model, operation, body):
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    if form.pop("Action", None) != operation.name:
        raise Unreadable("Action is another one")
    if form.pop("Version", None) != model.metadata["apiVersion"]:
        raise Unreadable("Version is another one")
    value = _from_form(form, operation.input_shape, "")
    return value or {}, sorted(form)


def _from_form(form, shape, prefix):
    """Takes from the form what belongs to the shape; what is left there nobody knows."""
    if shape.type_name == "structure":
        found = {}
        for name, member in shape.members.items():
            key = member.serialization.get("queryName") or _capital(member.serialization.get("name", name))
            value = _from_form(form, member, f"{prefix}.{key}" if prefix else key)
            if value is not None:
                found[name] = value
        return found or None
    if shape.type_name == "list":
        found = []
        while (value := _from_form(form, shape.member, f"{prefix}.{len(found) + 1}")) is not None:
            found.append(value)
        return found or None
    text = form.pop(prefix, None)
    return None if text is None else scalar(text, shape)


def _capital(name):
    return name[:1].upper() + name[1:]


def _read_rest(operation, call, body):
    if call["method"] != operation.http["method"]:
        raise Unreadable(f"method is {call['method']}, not {operation.http['method']}")
    path, _, constant = operation.http["requestUri"].partition("?")
    labels = _labels(path, call["path"], operation.input_shape)
    query = dict(parse_qsl(call["query"], keep_blank_values=True))
    for name, value in parse_qsl(constant, keep_blank_values=True):
        if query.pop(name, None) != value:
            raise Unreadable(f"the query lacks {name}={value}")
    query.pop("x-id", None)
    headers = dict(call["headers"])
    shape = operation.input_shape
    if shape is None:
        return {}, sorted(query)
    found, in_body, unknown = {}, {}, []
    payload = shape.serialization.get("payload")
    for name, member in shape.members.items():
        place, key = member.serialization.get("location"), member.serialization.get("name", name)
        if place == "uri" and key in labels:
            found[name] = scalar(labels[key], member)
        elif place == "querystring" and key in query:
            found[name] = scalar(query.pop(key), member)
        elif place == "header" and key.lower() in headers:
            found[name] = scalar(headers.pop(key.lower()), member)
        elif place == "headers":
            taken = {one: headers.pop(one) for one in list(headers) if one.startswith(key)}
            if taken:
                found[name] = {one[len(key) :]: value for one, value in taken.items()}
        elif name == payload:
            if member.type_name == "blob":
                found[name] = body
            elif body:
                found[name] = from_xml(ElementTree.fromstring(body), member, name, unknown)
        elif place is None:
            in_body[name] = member
    if in_body and body and payload is None:
        root = ElementTree.fromstring(body)
        found.update(_structure_from_xml(root, in_body, "", unknown))
    unknown += sorted(query) + [name for name in headers if name.startswith("x-amz") and not TRANSPORT.match(name)]
    return found, unknown


def _labels(template, path, shape):
    # Newer models leave the bucket to the endpoint rules; in path style it is the first label all the same.
    bucket = shape is not None and "Bucket" in shape.members and "{Bucket}" not in template
    whole = ("/{Bucket}" + template.rstrip("/") if bucket else template.rstrip("/")) or "/"
    pattern = re.sub(r"\\\{(\w+)(\\\+)?\\\}", lambda one: f"(?P<{one[1]}>{'.+' if one[2] else '[^/]+'})", re.escape(whole))
    match = re.fullmatch(f"{pattern}/?", path)
    if not match:
        raise Unreadable(f"the path {path} is none of {whole}")
    return {name: unquote(value) for name, value in match.groupdict().items()}


def from_xml(element, shape, path, unknown):
    """An XML element by its shape; elements that the shape does not know are told."""
    if shape.type_name == "structure":
        return _structure_from_xml(element, shape.members, path, unknown)
    if shape.type_name == "list":
        name = shape.member.serialization.get("name", "member")
        found = []
        for child in element:
            if local(child) != name:
                unknown.append(f"{path}.{local(child)}")
            else:
                found.append(from_xml(child, shape.member, f"{path}[{len(found)}]", unknown))
        return found
    return scalar(element.text or "", shape)


def _structure_from_xml(element, members, path, unknown):
    names = {member.serialization.get("name", name): (name, member) for name, member in members.items()}
    names.update(
        {
            member.member.serialization.get("name", member.serialization.get("name", name)): (name, member)
            for name, member in members.items()
            if member.type_name == "list" and member.serialization.get("flattened")
        }
    )
    found = {}
    for child in element:
        if local(child) not in names:
            unknown.append(f"{path}.{local(child)}")
            continue
        name, member = names[local(child)]
        if member.type_name == "list" and member.serialization.get("flattened"):
            found.setdefault(name, []).append(from_xml(child, member.member, f"{path}.{name}", unknown))
        else:
            found[name] = from_xml(child, member, f"{path}.{name}", unknown)
    return found


def local(element):
    return element.tag.rpartition("}")[2]


def scalar(text, shape):
    """A value out of text; what does not read stays text, which the judge of values then tells."""
    kind = shape.type_name
    try:
        if kind in ("integer", "long"):
            return int(text)
        if kind in ("float", "double"):
            return float(text)
    except ValueError:
        return text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if kind == "blob":
        return base64.b64decode(text)
    if kind == "list":
        return [scalar(one.strip(), shape.member) for one in text.split(",")]
    return text


def _without_chunks(call, body):
    if "aws-chunked" not in call["headers"].get("content-encoding", ""):
        return body
    whole, rest = b"", body
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if length == 0:
            break
        whole, rest = whole + rest[:length], rest[length + 2 :]
    return whole
