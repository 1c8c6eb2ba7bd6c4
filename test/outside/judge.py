"""Judges recorded calls by botocore's models: `judge.py <recording>…` prints a JSON report.

Every request and every answer is read by the model of its operation. Told is whatever the model does not allow, does not
know or would lose. `--self-check` spoils exchanges of the recordings on purpose and tells which faults went unnoticed.
"""

import base64
import copy
import json
import sys
from collections import Counter

import botocore
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import ResponseParserError, create_parser
from values import differences, violations
from wire import Unreadable, from_json, from_xml, read_request

NAMES = {"states": "stepfunctions"}

# Errors of every action ("Common errors" of the API references), and those that S3 and EC2 tell in prose only.
COMMON = {
    "AccessDenied",
    "AccessDeniedException",
    "InternalFailure",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "ValidationException",
}
PROSE = {
    "s3": {"NoSuchKey", "NoSuchBucket", "NotFound", "PreconditionFailed", "ConditionalRequestConflict", "404", "412"},
    "ec2": {"InvalidInstanceID.NotFound", "InvalidNetworkInterfaceID.NotFound", "InvalidSubnetID.NotFound"},
}

_models = {}


def model_of(service):
    if service not in _models:
        name = NAMES.get(service, service)
        _models[service] = ServiceModel(Loader().load_service_model(name, "service-2"), name)
    return _models[service]


def judge(exchange):
    """Every violation of one exchange, as pairs of side and sentence."""
    model = model_of(exchange["service"])
    operation = model.operation_model(exchange["operation"])
    return [("request", one) for one in judge_request(model, operation, exchange)] + [
        ("answer", one) for one in judge_answer(model, operation, exchange)
    ]


def judge_request(model, operation, exchange):
    try:
        value, unknown = read_request(model, operation, exchange["call"])
    except (Unreadable, ValueError, SyntaxError) as fault:
        return [f"cannot be read: {fault}"]
    found = [f"{path} is not in the model" for path in unknown]
    found += violations(value, operation.input_shape)
    return found + [f"decoded here: {one}" for one in differences(value, exchange["input"])]


def judge_answer(model, operation, exchange):
    answer = exchange["answer"]
    body = base64.b64decode(answer["body"])
    headers = {name.title(): value for name, value in answer["headers"].items()}
    payload = operation.output_shape and operation.output_shape.serialization.get("payload")
    blob = payload and operation.output_shape.members[payload].type_name == "blob"
    # The parser takes a blob for text, and some of ours are gzip.
    text = b"" if blob and answer["status"] < 300 else body
    raw = {"status_code": answer["status"], "headers": _Headers(headers), "body": text, "context": {"operation_name": operation.name}}
    parser = create_parser(_protocol(model, exchange))
    try:
        parsed = parser.parse(raw, operation.output_shape)
    except (ResponseParserError, AttributeError, KeyError, TypeError, ValueError) as fault:
        return [f"cannot be read: {fault!s:.200}"]
    parsed.pop("ResponseMetadata", None)
    if answer["status"] >= 300:
        return judge_fault(model, operation, exchange, parsed)
    wanted = operation.http.get("responseCode", 200)
    if blob:
        parsed[payload] = body
    found = [] if answer["status"] in (wanted, 204) else [f"status is {answer['status']}, not {wanted}"]
    found += [f"{path} is not in the model" for path in unknown_in(model, operation, body)]
    found += violations(parsed, operation.output_shape)
    return found + [f"lost on the way: {one}" for one in differences(exchange.get("output", {}), parsed)]


def judge_fault(model, operation, exchange, parsed):
    error = parsed.get("Error", {})
    code = error.get("Code", "")
    if not code:
        return ["a fault without a code"]
    shapes = {shape.error_code: shape for shape in operation.error_shapes}
    shapes.update({shape.name: shape for shape in operation.error_shapes})
    found = []
    allowed = code in shapes or code in COMMON or code in PROSE.get(exchange["service"], ())
    if not allowed:
        found.append(f"fault {code} is none of {', '.join(sorted(shapes)) or 'the common ones'}")
    if not error.get("Message") and exchange["call"]["method"] != "HEAD" and exchange["answer"]["status"] != 304:
        found.append(f"fault {code} says nothing")
    status = shapes[code].metadata.get("error", {}).get("httpStatusCode") if code in shapes else None
    # The awsJson protocols answer 400 and 500 only; their models give what other protocols would.
    if status and _protocol(model, exchange) != "json" and status != exchange["answer"]["status"]:
        found.append(f"fault {code} has status {exchange['answer']['status']}, not {status}")
    return found


def unknown_in(model, operation, body):
    """Paths in an answer that the model does not know, which a client would lose."""
    shape, unknown = operation.output_shape, []
    if shape is None or not body:
        return unknown
    if model.metadata["protocol"] in ("json", "query"):
        from_json(json.loads(body), shape, "", unknown)
        return unknown
    payload = shape.serialization.get("payload")
    if payload is not None and shape.members[payload].type_name == "blob":
        return unknown
    from xml.etree import ElementTree

    root = ElementTree.fromstring(body)
    from_xml(root, shape.members[payload] if payload else shape, "", unknown)
    return [path for path in unknown if not (model.metadata["protocol"] == "ec2" and path == ".requestId")]


def _protocol(model, exchange):
    json_call = "x-amz-target" in exchange["call"]["headers"]
    return "json" if json_call else model.metadata["protocol"]


class _Headers(dict):
    """Headers by any case, as botocore's parsers want them."""

    def get(self, name, default=None):
        return super().get(name.title(), default)

    def __getitem__(self, name):
        return super().__getitem__(name.title())

    def __contains__(self, name):
        return super().__contains__(name.title())


def read(paths):
    exchanges, left = [], 0
    for path in paths:
        ended = False
        with open(path) as lines:
            for line in lines:
                one = json.loads(line)
                if "recorded" in one:
                    left, ended = left + one["left"], True
                else:
                    exchanges.append(one)
        if not ended:
            raise SystemExit(f"{path} does not end with its own count: it was cut off")
    return exchanges, left


def report(exchanges, left):
    calls, wrong = Counter(), []
    for exchange in exchanges:
        name = f"{exchange['service']}:{exchange['operation']}"
        calls[name] += 1
        for side, sentence in judge(exchange):
            wrong.append(f"{name} {side}: {sentence}")
    by_sentence = Counter(wrong)
    return {
        "botocore": botocore.__version__,
        "calls": sum(calls.values()),
        "operations": len(calls),
        "left": left,
        "violations": [f"{count} × {sentence}" for sentence, count in by_sentence.most_common()],
        "by operation": dict(sorted(calls.items())),
    }


if __name__ == "__main__":
    arguments = sys.argv[1:]
    spoil = "--self-check" in arguments
    recorded, not_recorded = read([one for one in arguments if one != "--self-check"])
    result = report(recorded, not_recorded)
    if spoil:
        from spoiled import self_check

        result["self check"] = self_check(recorded, judge, copy.deepcopy)
    print(json.dumps(result))
