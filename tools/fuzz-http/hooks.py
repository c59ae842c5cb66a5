"""What schemathesis sends is made to fit this server, so that requests reach past its first checks.

Loaded by `tools/fuzz-http.ts` (SCHEMATHESIS_HOOKS). Three requests of four get real ids, real query texts and plausible
values in place of generated ones, each by chance; the fourth goes out as it was generated. Ids come from the server's own
answers. Who asks changes with each request: an administrator, a client that reads and writes, one that only reads, one of
another account, or nobody. At the end a file of counts is written.
"""

import atexit
import base64
import collections
import json
import os
import random
import time
import urllib.error
import urllib.parse
import urllib.request

import schemathesis

with open(os.environ["FUZZ_WORLD"], encoding="utf-8") as file:
    world = json.load(file)
seed = os.environ["FUZZ_SEED"]

# ── Who asks ────────────────────────────────────────────────────────────────────────────────────────────────────────

tokens = {}


def token_of(role):
    """A token of the client with this role. Fetched anew when the clock was moved, or keys were rotated."""
    if role not in tokens:
        client = world["clients"][role]
        form = {
            "grant_type": "client_credentials",
            "client_id": client["clientId"],
            "client_secret": client["clientSecret"],
            "resource": world["audience"],
        }
        request = urllib.request.Request(
            f"{world['url']}/{world['tenantId']}/oauth2/token",
            data=urllib.parse.urlencode(form).encode(),
            headers={"X-Forwarded-For": "198.51.100.1"},
        )
        with urllib.request.urlopen(request) as answer:
            tokens[role] = json.load(answer)["access_token"]
        counts["log-ins of the fuzz"] += 1
    return tokens[role]


def choose_role(chance, path):
    if path.startswith("/admin/"):
        weights = {"admin": 80, "writer": 8, "reader": 4, "stranger": 4, "nobody": 2, "forger": 2}
    else:
        weights = {"admin": 20, "writer": 50, "reader": 10, "stranger": 12, "nobody": 4, "forger": 4}
    return chance.choices(list(weights), list(weights.values()))[0]


def forged(chance):
    """A token that must not pass: cut, altered, unsigned, or no token at all."""
    head, body, signature = token_of("admin").split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    return chance.choice(
        [
            f"{head}.{body}.",
            f"{head}.{body}.{signature[::-1]}",
            f"{none}.{body}.",
            f"{none}.{body}.{signature}",
            f"{head}.{body}",
            "x",
            "a.b.c",
        ]
    )


# ── What is there ───────────────────────────────────────────────────────────────────────────────────────────────────

# Ids of each kind, the latest last: from how the world was made, and from every answer since.
pool = collections.defaultdict(lambda: collections.deque(maxlen=40))
for kind, values in world["ids"].items():
    pool[kind.lower()].extend(values)

# Nobody may be kept out whom the fuzz itself asks as.
protected = {client["clientId"] for client in world["clients"].values()} | set(world["accounts"])
protected |= {client["clientSecret"] for client in world["clients"].values()}


def remember(value, kind=""):
    if isinstance(value, dict):
        # A system query's id is no use: nobody may change it.
        if value.get("type") != "system":
            for key, part in value.items():
                remember(part, key)
    elif isinstance(value, list):
        for part in value[:50]:
            remember(part, kind)
    elif isinstance(value, str) and value:
        if kind.endswith(("Id", "Name")) and value not in pool[kind.lower()] and len(value) < 300:
            pool[kind.lower()].append(value)
        elif kind == "nextLink":
            skip = urllib.parse.parse_qs(urllib.parse.urlsplit(value).query).get("$skipToken", [])
            pool["$skiptoken"].extend(skip)
        elif kind == "reportAccessSecureLink":
            links.append(value)


links = collections.deque(world["links"], maxlen=20)


def fresh_link():
    """A link to the file of the report that nobody deletes: links die when keys are rotated and clocks are moved."""
    request = urllib.request.Request(
        f"{world['url']}/insights/v1.1/cmp/ScheduledReport/execution/{world['keptReport']}",
        headers={"Authorization": f"Bearer {token_of('writer')}", "X-Forwarded-For": "198.51.100.1"},
    )
    try:
        with urllib.request.urlopen(request) as answer:
            remember(json.load(answer))
    except urllib.error.HTTPError:
        # The token has ended, too: the next one asks anew.
        tokens.pop("writer", None)


def one_of(chance, kind):
    """A real id of this kind, or None."""
    found = [value for value in pool[kind.lower()]]
    return chance.choice(found) if found else None


def sacrificial(kind, value):
    """The same, unless it is one that the fuzz needs itself: then one that is there to be broken."""
    if str(value) not in protected:
        return value
    spare = world["spare"].get(kind)
    return value if spare is None else spare


# ── Plausible values ────────────────────────────────────────────────────────────────────────────────────────────────


def instant(chance):
    at = time.time() + chance.choice([-86400, 60, 3600, 86400, 40 * 86400]) + chance.random() * 3600
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


plausible = {
    "program": lambda chance: chance.choice(["cmp", "cmp", "cmp", "mpn"]),
    "dataset": lambda chance: chance.choice(world["datasets"]),
    "datasetname": lambda chance: chance.choice(world["datasets"]),
    "tenantid": lambda chance: world["tenantId"],
    "versionnumber": lambda chance: chance.choice([1, 2, 3]),
    "query": lambda chance: chance.choice(world["queries"]),
    "exportquery": lambda chance: chance.choice(world["queries"]),
    "name": lambda chance: f"fuzz {chance.random()}",
    "reportname": lambda chance: f"fuzz {chance.random()}",
    "description": lambda chance: "of the fuzz",
    "starttime": instant,
    "endtime": instant,
    "querystarttime": instant,
    "queryendtime": instant,
    "recurrenceinterval": lambda chance: chance.choice([4, 24, 48, 90]),
    "recurrencecount": lambda chance: chance.choice([1, 2, 20]),
    "executenow": lambda chance: chance.choice([True, True, False]),
    "format": lambda chance: chance.choice(["csv", "tsv"]),
    "callbackurl": lambda chance: chance.choice([world["receiver"], "https://partner.example/ready", None]),
    "callbackmethod": lambda chance: chance.choice(["GET", "POST"]),
    "callbackon": lambda chance: chance.choice(["Completed", "Ended"]),
    "executionstatus": lambda chance: chance.choice(["Completed", "Pending;Running", "Failed", "Paused"]),
    "$top": lambda chance: chance.choice([1, 2, 1000]),
    "mode": lambda chance: chance.choice(["replace", "append"]),
    "roles": lambda chance: [chance.choice(["Reports.Read", "Reports.ReadWrite"])],
    "grant_type": lambda chance: "client_credentials",
    "client_id": lambda chance: world["clients"]["login"]["clientId"],
    "client_secret": lambda chance: chance.choice([world["clients"]["login"]["clientSecret"]] * 9 + ["wrong"]),
    "disabled": lambda chance: chance.choice([True, False, False]),
    "atonce": lambda chance: chance.random() < 0.1,
    "purpose": lambda chance: chance.choice(["token", "link"]),
    "resource": lambda chance: world["audience"],
    "scope": lambda chance: f"{world['audience']}/.default",
}
# Fields that a request is better off without, most of the time.
seldom = {
    "executionid",
    "querystarttime",
    "queryendtime",
    "endtime",
    "$skiptoken",
    "client_assertion",
    "client_assertion_type",
}


def value_for(chance, kind):
    key = kind.lower()
    if key in plausible and not (pool[key] and chance.random() < 0.5 and key not in ("name", "reportname")):
        return plausible[key](chance)
    return one_of(chance, key)


def make_plausible(chance, fields, keeps):
    """Replaces most of the values of `fields`. What is in `keeps` is never left out."""
    for kind in list(fields):
        if kind.lower() in seldom and kind not in keeps and chance.random() < 0.8:
            del fields[kind]
        elif chance.random() < 0.93:
            value = value_for(chance, kind)
            if value is not None:
                fields[kind] = value
    return fields


def declared_fields(operation):
    """The fields that the document has for the body of an operation; none for a file."""
    for body in operation.body:
        schema = body.definition.get("schema", {})
        while "$ref" in schema:
            schema = components[schema["$ref"].rsplit("/", 1)[1]]
        return list(schema.get("properties", {}))
    return []


components = {}


@schemathesis.hook
def after_load_schema(context, schema):
    components.update(schema.raw_schema["components"]["schemas"])


def bounded_move(body):
    """A clock that is moved by a century makes millions of executions due; minutes say as much."""
    if not isinstance(body, dict):
        return
    for key, value in list(body.items()):
        if key.lower() == "movebyseconds" and isinstance(value, (int, float)) and value > 600:
            body[key] = int(value) % 600
        if key.lower() == "moveto" and isinstance(value, str) and value[:4] > time.strftime("%Y"):
            body[key] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 30))


# ── Each request ────────────────────────────────────────────────────────────────────────────────────────────────────

counts = collections.Counter()
asked_as = {}
by_operation = collections.defaultdict(collections.Counter)


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation
    chance = random.Random(
        f"{seed} {operation.label} {case.path_parameters!r} {case.query!r} {case.headers!r} {case.body!r}"
    )
    as_generated = chance.random() < 0.25
    if not as_generated:
        parameters = dict(case.path_parameters or {})
        case.path_parameters = make_plausible(chance, parameters, keeps=set(parameters))
        case.query = make_plausible(chance, dict(case.query or {}), keeps=set())
        if operation.path.endswith("/testQueryResult"):
            # Exactly one of them is asked for.
            one, other = chance.sample(["exportQuery", "queryId"], 2)
            case.query.pop(other, None)
            case.query[one] = value_for(chance, one)
        if declared_fields(operation) and (isinstance(case.body, dict) or chance.random() < 0.8):
            if not isinstance(case.body, dict):
                case.media_type = operation.body[0].media_type
            body = dict(case.body) if isinstance(case.body, dict) else {}
            for kind in declared_fields(operation):
                if kind not in body and chance.random() < 0.7:
                    value = value_for(chance, kind)
                    if value is not None:
                        body[kind] = value
            if operation.method.upper() == "POST" and operation.path.endswith("/ScheduledReport"):
                add_report_fields(chance, body)
            case.body = make_plausible(chance, body, keeps=set())
        elif operation.path.endswith("/versions") and operation.method.upper() == "POST" and chance.random() < 0.7:
            case.media_type = "text/csv"
            # A process starts for each: enough of them are enough.
            counts["loads"] += 1
            if counts["loads"] > world["mostLoads"]:
                case.path_parameters.update(dataset="Nothing")
            case.query = {key: value for key, value in case.query.items() if key in ("mode", "dryRun", "allowNoRows")}
            case.body = world["load"]["csv"].encode()
        if "/versions" in operation.path and chance.random() < 0.8 and counts["loads"] <= world["mostLoads"]:
            case.path_parameters.update(program=world["load"]["program"], dataset=world["load"]["dataset"])
        if "{thumbprint}" in operation.path and chance.random() < 0.8:
            certificate = chance.choice(world["certificates"])
            case.path_parameters.update(clientId=world["spare"]["clientId"], thumbprint=certificate["thumbprint"])
            if isinstance(case.body, dict):
                case.body = {"Certificate": certificate["pem"]}
        if operation.path.startswith("/download/"):
            if chance.random() < 0.5:
                fresh_link()
            use_link(case, chance.choice([links[-1], chance.choice(links)]))
    for kind, value in list((case.path_parameters or {}).items()):
        case.path_parameters[kind] = sacrificial(kind, value)
        if operation.method.upper() == "DELETE" and value == world["keptReport"]:
            case.path_parameters[kind] = "another"
    if isinstance(case.body, dict) and "/oauth2/" not in operation.path:
        case.body = {kind: sacrificial(kind, value) for kind, value in case.body.items()}
    if operation.path == "/admin/clock":
        bounded_move(case.body)

    role = choose_role(chance, operation.path)
    headers = dict(case.headers or {})
    if not as_generated and "Idempotency-Key" in headers:
        # The same key for another request is a 422; both are tried, the rest is to do something.
        if chance.random() < 0.5:
            del headers["Idempotency-Key"]
        elif chance.random() < 0.8:
            headers["Idempotency-Key"] = str(chance.random())
    # Each from an address of its own: pauses after wrong secrets are for whoever sent them.
    headers["X-Forwarded-For"] = f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}"
    if "/oauth2/" not in operation.path:
        if role == "forger":
            headers["Authorization"] = f"Bearer {forged(chance)}"
        elif role != "nobody":
            name, prefix = chance.choice([("Authorization", "Bearer ")] * 5 + [("X-AadUserTicket", "")])
            headers[name] = prefix + token_of(role)
    case.headers = headers
    asked_as[case.id] = role
    counts[f"as {role}"] += 1
    counts["as generated" if as_generated else "made plausible"] += 1


def add_report_fields(chance, body):
    body.setdefault("ReportName", "fuzz")
    body.setdefault("QueryId", "x")
    if chance.random() < 0.5:
        body["ExecuteNow"] = True
    else:
        body.setdefault("StartTime", "x")
        body.setdefault("RecurrenceInterval", 24)
        body.setdefault("RecurrenceCount", 2)


def use_link(case, link):
    parts = urllib.parse.urlsplit(link)
    _, _, artifact, name = parts.path.split("/", 3)
    case.path_parameters = {"artifactId": urllib.parse.unquote(artifact), "fileName": urllib.parse.unquote(name)}
    case.query = dict(urllib.parse.parse_qsl(parts.query))


@schemathesis.hook
def after_call(context, case, response):
    status = response.status_code
    counts["requests"] += 1
    counts[f"{status // 100}xx"] += 1
    by_operation[case.operation.definition.raw.get("operationId", case.operation.label)][status] += 1
    role = asked_as.pop(case.id, "nobody")
    if status == 401 and role in tokens:
        # Expired by a move of the clock, or its key is gone.
        del tokens[role]
    if 200 <= status < 300 and response.content[:1] == b"{":
        try:
            remember(json.loads(response.content))
        except ValueError:
            pass


@schemathesis.check
def answer_is_documented(ctx, response, case):
    """What schemathesis' own checks pass over: requests that are malformed on purpose, and methods that nobody serves."""
    operation = case.operation
    status = response.status_code
    if (response.request.method or "").lower() != operation.method.lower():
        assert status in (400, 404, 405), f"{response.request.method} is served, with {status}"
        return
    documented = operation.responses.status_codes
    assert str(status) in documented, f"{status} is not among {', '.join(documented)}"
    operation.validate_response(response, case=case)
    content = operation.definition.raw["responses"][str(status)].get("content", {})
    if "application/json" in content and response.content:
        extra = list(undeclared(response.json(), content["application/json"]["schema"], "answer"))
        assert not extra, f"fields that the document does not have: {extra}"


def undeclared(value, schema, place):
    """Where an answer has fields that its schema doesn't name. A schema alone lets them pass, since clients should, too."""
    while "$ref" in schema:
        schema = components[schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:
        found = [list(undeclared(value, option, place)) for option in schema["anyOf"]]
        yield from min(found, key=len)
    elif isinstance(value, dict) and "properties" in schema:
        for key, part in value.items():
            if key in schema["properties"]:
                yield from undeclared(part, schema["properties"][key], f"{place}.{key}")
            else:
                yield f"{place}.{key}"
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for part in value[:20]:
            yield from undeclared(part, schema["items"], f"{place}[]")


@atexit.register
def write_counts():
    with open(os.environ["FUZZ_COUNTS"], "w", encoding="utf-8") as out:
        json.dump({"counts": counts, "operations": by_operation}, out)
