"""What no JSON Schema can say: requests that are valid by the document are made to keep these rules, too.

Requests that are meant to be refused stay as they are.
"""
import json
import re
import uuid
from datetime import datetime, timedelta, timezone

import schemathesis

waits, MOST_WAITS = [], 5

# These have grammars and lists of their own.
CRON, ZONE = "30 2 * * *", "Europe/Berlin"


def is_valid(case):
    return case.meta is not None and case.meta.generation.mode.is_positive


@schemathesis.hook
def filter_case(context, case):
    if not is_valid(case):
        return True
    # How far back depends on what the schedule is, and on what has run.
    if operation_of(case) == "backfillSchedule":
        return False
    # What a task may be resolved with depends on its type.
    task = str((case.path_parameters or {}).get("id", ""))
    return operation_of(case) != "resolveTask" or task.startswith("test.probe:")


@schemathesis.hook
def map_case(context, case):
    if not is_valid(case):
        return case
    keep_query_rules(case.query)
    keep_header_rules(case)
    keep_key_rules(case)
    if operation_of(case) in ("uploadFile", "receiveWebhook"):
        keep_file_rules(case)
        return case
    keep_json_rules(case.body)
    if isinstance(case.body, dict):
        keep_body_rules(operation_of(case), case.body, examples_of(case))
    return case


@schemathesis.hook
def before_call(context, case, kwargs):
    # Of some thousand requests not all can wait: the first ones do, for a second.
    for name, value in (case.headers or {}).items():
        if name.lower() == "prefer" and isinstance(value, str) and re.fullmatch(r"wait=\d+", value):
            waits.append(value)
            case.headers[name] = "wait=1" if len(waits) <= MOST_WAITS else "wait=0"
    # No document can name a time that is always over, and never long over.
    if is_valid(case) and operation_of(case) == "backfillSchedule" and isinstance(case.body, dict):
        now = datetime.now(timezone.utc)
        case.body["from"] = (now - timedelta(hours=7)).isoformat()
        case.body["to"] = (now - timedelta(hours=1)).isoformat()
    # Nor a second at which none of the schedules fires by itself.
    if is_valid(case) and operation_of(case) == "triggerSchedule" and isinstance(case.body, dict) and "at" in case.body:
        case.body["at"] = "2026-01-31T08:13:07Z"


def operation_of(case):
    return case.operation.definition.raw.get("operationId", "")


def keep_query_rules(query):
    # A cursor is signed by the list that gives it out.
    if query and "cursor" in query:
        del query["cursor"]
    # A look-up by key takes the type, and no filter.
    if query and "key" in query:
        for name in list(query):
            if name not in ("key", "tenant"):
                del query[name]
        query["type"] = "test.probe"


def keep_file_rules(case):
    # A file is bytes of any media type, but no form: those have parts.
    if case.body is None or isinstance(case.body, (dict, list, bool, int, float)):
        case.body = json.dumps(case.body).encode()
    case.media_type = "application/octet-stream"


def keep_json_rules(value):
    # Where a value may be anything, no schema says that a number must be one that JavaScript keeps, and which names are refused.
    if isinstance(value, dict):
        for name in ("__proto__", "constructor"):
            value.pop(name, None)
    places = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for place, one in list(places):
        if isinstance(one, (int, float)) and not isinstance(one, bool) and abs(one) >= 2**53:
            value[place] = 17
        else:
            keep_json_rules(one)


def keep_header_rules(case):
    # Where it goes through a query, coverage fills in headers with a value for which their own pattern has no place.
    for parameter in case.operation.definition.raw.get("parameters", []):
        name, pattern = parameter.get("name"), parameter.get("schema", {}).get("pattern")
        value = (case.headers or {}).get(name) if parameter.get("in") == "header" else None
        if pattern and isinstance(value, str) and not re.search(pattern, value):
            del case.headers[name]


# A key stands for one request; a repeated one is refused with another body.
used = set()


def keep_key_rules(case):
    key = (case.headers or {}).get("Idempotency-Key")
    if key in used:
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    elif key is not None:
        used.add(key)
    if operation_of(case) == "startBatch" and isinstance(case.body, dict) and "id" in case.body:
        case.body["id"] = str(uuid.uuid4())


def keep_body_rules(operation, body, examples):
    for task in [body, body.get("atEnd"), *(body.get("tasks") or [])]:
        if not isinstance(task, dict):
            continue
        # A subscription that is named must be there.
        if task.get("notify"):
            task["notify"] = [one for one in task["notify"] if "url" in one]
        # No window is longer than ended tasks are kept.
        if isinstance(task.get("policy"), dict):
            task["policy"].pop("window", None)
        # A hundred years ahead is the most.
        for name in ("runAt", "at"):
            if str(task.get(name) or "") > "2100":
                del task[name]
        # Inputs name files that must be there, and have rules between their fields.
        if task.get("type") in examples:
            task["input"] = examples[task["type"]]
    if operation == "startBatch" and "members" in body:
        # A file with the members, which must be there.
        del body["members"]
        body["tasks"] = [{"type": "test.probe", "input": {}}]
    if operation in ("createSchedule", "changeSchedule"):
        keep_times(body)
    if operation == "changeSchedule":
        # What the schedule is decides which of them may be changed.
        for name in ("input", "timeZone", "offset", "every", "cron"):
            body.pop(name, None)
    if operation == "retryTask":
        body.pop("input", None)
    if operation == "resolveTask":
        body["result"] = {"value": 1, "attempt": 1}


def keep_times(body):
    if body.get("cron") is not None:
        body["cron"] = CRON
    if body.get("timeZone") is not None:
        body["timeZone"] = ZONE
    # One time comes before the other, and one length is less than the other.
    body.pop("until", None)
    if body.get("offset") is not None:
        body["offset"] = 1


def examples_of(case):
    """The input that the document shows for each task type."""
    shapes = case.operation.schema.raw_schema["components"]["schemas"]["Submission"]
    return {
        shape["properties"]["type"]["const"]: shape["properties"]["input"].get("example", {})
        for shape in shapes.get("anyOf") or shapes.get("oneOf")
    }
