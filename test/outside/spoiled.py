"""Faults made on purpose in recorded exchanges, each of which the judge has to tell: a judge that cannot fail is none."""

import base64
import json


def _edit_json(side, change):
    def spoil(exchange):
        value = json.loads(base64.b64decode(exchange[side]["body"]) or b"{}")
        change(value)
        exchange[side]["body"] = base64.b64encode(json.dumps(value).encode()).decode()

    return spoil


def _edit_text(side, old, new):
    def spoil(exchange):
        text = base64.b64decode(exchange[side]["body"]).decode()
        if old not in text:
            raise LookupError(f"{old} is not in the body")
        exchange[side]["body"] = base64.b64encode(text.replace(old, new, 1).encode()).decode()

    return spoil


def _edit(change):
    return change


def _set(path, value):
    def change(root):
        *way, last = path
        for step in way:
            root = root[step]
        root[last] = value

    return change


def _drop(*path):
    def change(root):
        *way, last = path
        for step in way:
            root = root[step]
        del root[last]

    return change


# What is spoiled (name, operation, how), and what the judge has to say of it.
FAULTS = [
    ("required member", "sqs:SendMessage", _edit_json("call", _drop("MessageBody")), "MessageBody is required and missing"),
    ("unknown member", "ecs:ListTasks", _edit_json("call", _set(["colour"], "red")), "colour is not in the model"),
    ("enum", "ecs:ListTasks", _edit_json("call", _set(["desiredStatus"], "SLEEPING")), "'SLEEPING', none of"),
    ("kind", "ecs:DescribeTasks", _edit_json("call", _set(["tasks"], "one")), "not a list"),
    ("length", "states:StartExecution", _edit_json("call", _set(["name"], "n" * 81)), "has 81, the most is 80"),
    ("least length", "states:StartExecution", _edit_json("call", _set(["name"], "")), "has 0, the least is 1"),
    ("pattern", "events:PutRule", _edit_json("call", _set(["Name"], "a rule")), "does not match"),
    ("items", "events:PutTargets", _edit_json("call", _set(["Targets"], [])), "has 0, the least is 1"),
    ("target", "sqs:ReceiveMessage", _edit(_set(["call", "headers", "x-amz-target"], "AmazonSQS.Other")), "x-amz-target"),
    ("content type", "ecs:ListTasks", _edit(_set(["call", "headers", "content-type"], "text/xml")), "content-type"),
    ("form member", "ec2:DescribeInstances", _edit_text("call", "Version=", "Colour=red&Version="), "Colour is not in the model"),
    ("form version", "ec2:DescribeInstances", _edit_text("call", "Version=2016", "Version=2006"), "Version is another one"),
    ("method", "s3:PutObject", _edit(_set(["call", "method"], "POST")), "method is POST"),
    ("path", "route53:ListResourceRecordSets", _edit(_set(["call", "path"], "/2013-04-01/zone/Z1/rrset")), "the path"),
    ("label", "route53:ListResourceRecordSets", _edit(_set(["call", "path"], f"/2013-04-01/hostedzone/{'Z' * 33}/rrset")), "has 33, the most is 32"),
    ("query", "route53:ListResourceRecordSets", _edit(_set(["call", "query"], "colour=red")), "colour is not in the model"),
    ("header", "s3:PutObject", _edit(_set(["call", "headers", "x-amz-colour"], "red")), "x-amz-colour is not in the model"),
    ("XML element", "route53:ChangeResourceRecordSets", _edit_text("call", "<Action>", "<Colour>red</Colour><Action>"), "Colour is not in the model"),
    ("XML enum", "route53:ChangeResourceRecordSets", _edit_text("call", "<Action>CREATE", "<Action>MAKE"), "'MAKE', none of"),
    ("XML required", "route53:ChangeResourceRecordSets", _edit_text("call", "<Action>CREATE</Action>", ""), "Action is required and missing"),
    ("decoded member", "ecs:DescribeTasks", _edit(_drop("input", "cluster")), "decoded here: .cluster"),
    ("answer's unknown member", "ecs:ListTasks", _edit_json("answer", _set(["colour"], "red")), "colour is not in the model"),
    ("answer's lost member", "ecs:ListTasks", _edit_json("answer", _drop("taskArns")), "taskArns is lost"),
    ("answer's required member", "states:StartExecution", _edit_json("answer", _drop("executionArn")), "executionArn is required and missing"),
    ("answer's kind", "states:StartExecution", _edit_json("answer", _set(["executionArn"], 7)), "not a string"),
    ("answer's enum", "ecs:DescribeTasks", _edit_text("answer", '"launchType":"EC2"', '"launchType":"MOON"'), "'MOON', none of"),
    ("answer's XML element", "route53:ListResourceRecordSets", _edit_text("answer", "<TTL>", "<Colour>red</Colour><TTL>"), "Colour is not in the model"),
    ("answer's XML loss", "route53:ListResourceRecordSets", _edit_text("answer", "<TTL>172800</TTL>", ""), "TTL is lost"),
    ("answer's XML", "route53:ListResourceRecordSets", _edit_text("answer", "<TTL>", "<TTLs>"), "cannot be read"),
    ("answer's lost set", "route53:ListResourceRecordSets", _edit_text("answer", "<IsTruncated>false</IsTruncated>", ""), "IsTruncated is required and missing"),
    ("answer's EC2 element", "ec2:DescribeInstances", _edit_text("answer", "<instanceId>", "<colour>red</colour><instanceId>"), "colour is not in the model"),
    ("answer's header", "s3:GetObject", _edit(_drop("answer", "headers", "etag")), "ETag is lost"),
    ("answer's body", "s3:GetObject", _edit_text("answer", "kind", "mind"), "Body was"),
    ("answer's status", "s3:PutObject", _edit(_set(["answer", "status"], 201)), "status is 201"),
]

# Answers made up for an operation: a fault as each protocol has it.
FAULT_ANSWERS = [
    ("fault's code", "sqs:SendMessage", 400, '{"__type":"Moody","message":"no"}', "fault Moody is none of"),
    ("fault's text", "ecs:ListTasks", 400, '{"__type":"ClusterNotFoundException"}', "says nothing"),
    ("fault without a code", "ec2:DescribeInstances", 400, "<Response><Errors><Error><Message>no</Message></Error></Errors></Response>", "without a code"),
    ("fault's status", "route53:GetHostedZone", 400, "<ErrorResponse><Error><Code>NoSuchHostedZone</Code><Message>no</Message></Error></ErrorResponse>", "status 400, not 404"),
]


def self_check(exchanges, judge, deepcopy):
    """How many faults were told, and which were not."""
    missed = []
    answered = [one for one in exchanges if one["answer"]["status"] < 300]
    for name, operation, spoil, sentence in FAULTS:
        if not _tells(_of(answered, operation), spoil, sentence, judge, deepcopy):
            missed.append(name)
    for name, operation, status, body, sentence in FAULT_ANSWERS:

        def spoil(one, status=status, body=body):
            one["answer"]["status"] = status
            one["answer"]["body"] = base64.b64encode(body.encode()).decode()

        if not _tells(_of(answered, operation), spoil, sentence, judge, deepcopy):
            missed.append(name)
    return {"made": len(FAULTS) + len(FAULT_ANSWERS), "missed": missed}


def _of(exchanges, operation):
    return [one for one in exchanges if f"{one['service']}:{one['operation']}" == operation]


def _tells(candidates, spoil, sentence, judge, deepcopy):
    """Whether the judge tells the fault in the first exchange that can have it, of which it says nothing unspoiled."""
    for candidate in candidates:
        one = deepcopy(candidate)
        try:
            spoil(one)
        except (LookupError, TypeError, KeyError):
            continue
        return any(sentence in text for _, text in judge(one)) and not judge(candidate)
    return False
