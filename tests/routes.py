#!/usr/bin/env python3
"""routes.py HOST:PORT SEED: asks txapi for everything, and compares with what psql says.

Run by tests/run/routes.sh, which loads what is asked for. Prints "ok …" and "not ok …".
"""
import csv
import http.client
import io
import json
import random
import re
import subprocess
import sys
import time
import urllib.parse

API = "/api/v1"
seed = int(sys.argv[2])
rng = random.Random(seed)
conn = http.client.HTTPConnection(sys.argv[1], timeout=20)


def check(sentence, wanted, got):
    good = wanted == got
    print(("ok - " if good else "not ok - ") + sentence)
    if not good:
        print(f"# wanted: {wanted!r}\n# got:    {got!r}\n# seed {seed}")


def sql(text):
    out = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-F", "\t", "-c", text],
                         check=True, capture_output=True, text=True).stdout
    return [line.split("\t") for line in out.split("\n") if line]


def ask(path, accept=None, **params):
    query = urllib.parse.urlencode(params, quote_via=urllib.parse.quote)
    conn.request("GET", path + ("?" + query if query else ""), headers={"Accept": accept} if accept else {})
    answer = conn.getresponse()
    body = answer.read().decode()
    return answer.status, body, answer.getheader("Content-Type")


def get(path, **params):
    status, body, _ = ask(API + path, **params)
    if status != 200:
        raise SystemExit(f"not ok - {path} {params}: {status} {body}\n# seed {seed}")
    return json.loads(body)


def moment(seconds):
    return sql(f"""SELECT to_char(to_timestamp({seconds}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')""")[0][0]


# ---- OpenAPI: the shapes of real answers -------------------------------------------------------

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
FORMATS = {"date": r"\d{4,}-\d\d-\d\d", "date-time": r"\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\dZ"}


def is_type(value, name):
    if name in ("integer", "number"):
        return isinstance(value, int if name == "integer" else (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def faults(schema, value, at="$"):
    names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(is_type(value, name) for name in names):
        return [f"{at}: {value!r} is no {names}"]
    if isinstance(value, str):
        pattern = schema.get("pattern") or FORMATS.get(schema.get("format"), "")
        return [] if re.search(pattern, value) else [f"{at}: {value!r} is not {pattern}"]
    if isinstance(value, list):
        return [f for i, v in enumerate(value) for f in faults(schema["items"], v, f"{at}[{i}]")][:3]
    if isinstance(value, dict) and "properties" in schema:
        found = [f"{at}: no {name}" for name in schema["required"] if name not in value]
        found += [f"{at}: {name} is not described" for name in value if name not in schema["properties"]]
        return found + [f for n, v in value.items() if n in schema["properties"]
                        for f in faults(schema["properties"][n], v, f"{at}.{n}")]
    return []


document = get("/openapi.json")
ids = {"/anomalies/{id}": "feedfeedfeedfeed", "/anomalies/{id}/transactions": "feedfeedfeedfeed",
       "/accounts/{id}": "a7"}
run_with_rejects = sql("SELECT max(run_id) FROM rejected_record")[0][0]
wrong = []
for path, methods in document["paths"].items():
    filled = path.replace("{id}", ids.get(path.removeprefix(API), run_with_rejects))
    status, body, _ = ask(filled)
    schema = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    wrong += [f"{filled}: {status}"] if status != 200 else [f"{filled} {f}" for f in faults(schema, json.loads(body))]
check("each path that OpenAPI documents answers as it says", [], wrong)
source = open("src/api/routes.c", encoding="utf-8").read()
check("each route is documented, and nothing else",
      sorted(re.findall(r'\{ "(/api/[^"]+)"', source) + [API + "/openapi.json"]), sorted(document["paths"]))
check("it is OpenAPI 3.1", "3.1.0", document["openapi"])
check("with or without a token, as it is configured", ([{}, {"token": []}], "bearer"),
      (document["security"], document["components"]["securitySchemes"]["token"]["scheme"]))

# ---- counts against psql -----------------------------------------------------------------------

ZONES = ["UTC", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns",
         "Pacific/Apia", "Atlantic/Azores"]


def expected(start, end, tz, bucket, where="true", grp="''"):
    zone = "UTC" if bucket == "hour" else tz
    rows = sql(f"""SELECT date_trunc('{bucket}', ts, '{zone}') AT TIME ZONE 'UTC', currency, {grp}, count(*), sum(amount)
                     FROM transactions JOIN source USING (source_id)
                    WHERE ts >= '{start}' AND ts < '{end}' AND {where} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""")
    total = sum(int(r[3]) for r in rows)
    buckets = {}
    for r in rows:
        buckets[r[0]] = buckets.get(r[0], 0) + int(r[3])
    groups = {}
    for r in rows:
        groups[r[2]] = groups.get(r[2], 0) + int(r[3])
    return total, list(buckets.values()), groups


def counted(**params):
    data = get("/transactions/count", **params)["data"]
    return data, [b["n"] for b in data["buckets"] if b["n"]]


def random_range():
    year = rng.choice([1773964800, 1792454400])  # 20 March and 20 October 2026
    a, b = sorted(rng.choice([rng.randrange(0, 2_000_000), 3600 * rng.randrange(0, 550),
                              86400 * rng.randrange(0, 22), 1800 * rng.randrange(0, 1100)]) for _ in "ab")
    return year + a, year + b + (a == b)


wrong = []
for _ in range(60):
    lo, hi = random_range()
    start, end, tz, bucket = moment(lo), moment(hi), rng.choice(ZONES), rng.choice(["hour", "day", "week", "month"])
    src = rng.choice(["", "t", "far"])
    group = rng.choice(["", "source", "currency"])
    total, buckets, groups = expected(start, end, tz, bucket, f"'{src}' IN ('', name)",
                                      {"": "''", "source": "name", "currency": "currency"}[group])
    data, got = counted(start=start, end=end, tz=tz, bucket=bucket,
                        **({"source": src} if src else {}), **({"group_by": group} if group else {}))
    if (data["total"], got) != (total, buckets):
        wrong.append((start, end, tz, bucket, src, data["total"], total))
    if group and {g["key"]: g["n"] for g in data["groups"]} != groups:
        wrong.append((start, end, tz, bucket, src, group, data["groups"], groups))
check("60 random ranges, zones and buckets have psql's counts", [], wrong)

wrong = []
for n in range(40):
    lo, hi = random_range()
    start, end, bucket = moment(lo), moment(hi), rng.choice(["hour", "day", "week", "month"])
    src = rng.choice(["", "t", "far"])
    total, buckets, _ = expected(start, end, "UTC", bucket, f"'{src}' IN ('', name)")
    amounts = sql(f"""SELECT currency, count(*), sum(amount) FROM transactions JOIN source USING (source_id)
                       WHERE ts >= '{start}' AND ts < '{end}' AND '{src}' IN ('', name) GROUP BY 1 ORDER BY 1""")
    data, got = counted(start=start, end=end, bucket=bucket, source=src)
    if (data["total"], got, data["start"], data["end"]) != (total, buckets, start, end) or \
            [[a["currency"], str(a["n"]), a["amount"]] for a in data["amounts"]] != amounts:
        wrong.append((start, end, bucket, src, data, total, amounts))
check("40 in UTC, which are counted in memory, too, with their amounts", [], wrong)

wrong = []
for n in range(30):
    lo, hi = random_range()
    start, end = moment(lo), moment(hi)
    params, where, grp = [({"account": "a7"}, "account_id = 'a7'", "''"), ({"account": "=1+1"}, "account_id = '=1+1'", "''"),
                          ({"merchant": "m3"}, "merchant_id = 'm3'", "''"),
                          ({"group_by": "channel"}, "true", "coalesce(channel, '')"),
                          ({"group_by": "country"}, "true", "coalesce(country, '')")][n % 5]
    zone = {"t": "Europe/Berlin", "far": "Asia/Kolkata"}
    src = rng.choice(["t", "far"])
    total, buckets, groups = expected(start, end, zone[src], "day", f"name = '{src}' AND {where}", grp)
    data, got = counted(start=start, end=end, tz=zone[src], source=src, **params)
    if (data["total"], got) != (total, buckets) or \
            "group_by" in params and {g["key"]: g["n"] for g in data["groups"]} != groups:
        wrong.append((start, end, src, params, data["total"], total, got, buckets))
check("and so has an account, a merchant, each channel and country", [], wrong)

wrong = []
for n in range(25):
    lo, hi = random_range()
    cut = rng.randrange(lo, hi) + 1 if hi - lo > 1 else hi
    extra = [{}, {"tz": "Asia/Kathmandu"}, {"account": "a8"}, {"merchant": "m1"}, {"group_by": "channel"}][n % 5]
    parts = [counted(start=moment(a), end=moment(b), **extra)[0] for a, b in ((lo, cut), (cut, hi)) if a < b]
    whole = counted(start=moment(lo), end=moment(hi), **extra)[0]
    if sum(p["total"] for p in parts) != whole["total"] or sum(b["n"] for b in whole["buckets"]) != whole["total"]:
        wrong.append((lo, cut, hi, extra))
check("a range cut anywhere adds up", [], wrong)
data = counted(start="2026-03-29", end="2026-03-30", tz="Europe/Berlin", bucket="hour")[0]
check("a day of 23 hours has 23", 23, len(data["buckets"]))
data = counted(start="2026-10-25", end="2026-10-26", tz="Europe/Berlin", bucket="hour")[0]
check("a day of 25 hours has 25", 25, len(data["buckets"]))
data = counted(start="2026-03-25", end="2026-03-27", tz="Europe/Berlin", source="t")[0]
check("amounts are exact, in each bucket and currency",
      [[c, n, a] for c, n, a in sql("""SELECT currency, count(*), sum(amount) FROM transactions WHERE source_id = 1
            AND tx_date IN ('2026-03-25', '2026-03-26') GROUP BY tx_date, currency ORDER BY tx_date, currency""")],
      [[a["currency"], str(a["n"]), a["amount"]] for b in data["buckets"] for a in b["amounts"]])

# ---- anomalies: filters, pages, one ------------------------------------------------------------

data = get("/anomalies/count", start="2026-03-01", end="2026-05-01", detector="made", bucket="week")["data"]
check("anomalies are counted by severity, state, source",
      sql("SELECT severity, count(*) FROM anomaly WHERE detector = 'made' GROUP BY 1 ORDER BY 1")
      + sql("SELECT state, count(*) FROM anomaly WHERE detector = 'made' GROUP BY 1 ORDER BY 1")
      + sql("SELECT name, count(*) FROM anomaly JOIN source USING (source_id) WHERE detector = 'made' GROUP BY 1 ORDER BY 1"),
      [[x[key], str(x["n"])] for list_, key in (("by_severity", "severity"), ("by_state", "state"), ("by_source", "source"))
       for x in sorted(data[list_], key=lambda x, k=key: x[k])])
check("and in buckets", data["total"], sum(b["n"] for b in data["buckets"]))


def pages(path, changes=lambda n: None, **params):
    rows, after = [], None
    for n in range(400):
        answer = get(path, **params, **({"after": after} if after else {}))
        rows += answer["data"]
        after = answer["meta"]["next"]
        if not after:
            return rows
        assert re.fullmatch(r"[A-Za-z0-9_-]+", after), after
        changes(n)
    return rows


for order, by in (("newest", "tx_date DESC, score DESC"), ("score", "score DESC, tx_date DESC")):
    check(f"pages by {order} are whole, in order and without repeats",
          [r[0] for r in sql(f"SELECT anomaly_id FROM anomaly WHERE detector = 'made' ORDER BY {by}, source_id DESC, anomaly_id DESC")],
          [a["id"] for a in pages("/anomalies", detector="made", order=order, limit=7)])


def disturb(n):
    sql(f"""INSERT INTO anomaly (source_id, anomaly_id, tx_date, detector, subject_type, subject_id, currency, transaction_id,
               observed, score, severity, state, reason, params, sql_hash, run_id)
            SELECT 1, left(md5('n{n}-' || i), 16), date '2026-03-20' + i, 'new', 'account', 'n', '', '{n}', 1, 0.05 * i, 'low',
                   'shown', 'new', '{{}}', 'x', 1 FROM generate_series(1, 12) AS i""")


before = {r[0] for r in sql("SELECT anomaly_id FROM anomaly")}
seen = [a["id"] for a in pages("/anomalies", disturb, limit=23)]
check("while data changes, too", (len(before), len(set(seen))), (len(before & set(seen)), len(seen)))
sql("DELETE FROM anomaly WHERE detector = 'new'")
check("filters are filters",
      sql("""SELECT count(*) FROM anomaly JOIN source USING (source_id) WHERE name = 'far' AND severity IN ('high', 'critical')
               AND state = 'overflow' AND subject_id = 'a7' AND tx_date >= '2026-03-24' AND tx_date < '2026-03-30'""")[0][0],
      str(len(pages("/anomalies", source="far", severity="high,critical", state="overflow", subject="a7",
                    start="2026-03-24", end="2026-03-30"))))
check("and text is found in them", sql("SELECT count(*) FROM anomaly WHERE reason LIKE '%ADE 11%' OR reason LIKE '%ade 11%'")[0][0],
      str(len(pages("/anomalies", q="ADE 11"))))
one = get("/anomalies/feedfeedfeedfeed")["data"]
day = [p for p in one["series"] if p["date"] == "2026-03-27"]
check("an anomaly has its subject's days", (75, "anomaly", one["observed"]),
      (len(one["series"]), day[0]["state"], str(day[0]["observed"] if "." in one["observed"] and
                                                 float(day[0]["observed"]) != float(one["observed"]) else one["observed"])))
check("and its transactions, with file and line",
      sql("""SELECT transaction_id, path, line FROM transactions JOIN ingestion_file USING (file_id) WHERE transactions.source_id = 1
               AND tx_date = '2026-03-27' AND account_id = 'a7' AND currency = 'EUR' ORDER BY transaction_id"""),
      [[t["transaction_id"], t["file"], str(t["line"])] for t in pages("/anomalies/feedfeedfeedfeed/transactions", limit=2)])
only = sql("""INSERT INTO anomaly (source_id, anomaly_id, tx_date, detector, subject_type, subject_id, currency, transaction_id,
                     observed, score, severity, state, reason, params, sql_hash, run_id)
              SELECT source_id, 'abadabadabadabad', tx_date, 'single', 'account', account_id, currency, transaction_id, amount,
                     0.1, 'low', 'shown', 'r', '{}', 'x', 1
                FROM transactions WHERE source_id = 1 AND account_id = 'a9' ORDER BY ts LIMIT 1 RETURNING transaction_id""")
check("of one transaction, that one", only, [[t["transaction_id"]] for t in get("/anomalies/abadabadabadabad/transactions")["data"]])

# ---- the rest ----------------------------------------------------------------------------------

check("runs are the ledger's", sql("SELECT run_id, status, records, loaded, rejected FROM ingestion_run ORDER BY run_id DESC"),
      [[r["run_id"], r["status"], str(r["records"]), str(r["loaded"]), str(r["rejected"])] for r in pages("/ingestion/runs", limit=1)])
check("rejects have their place and reason",
      sql(f"SELECT line, byte_offset, reason FROM rejected_record WHERE run_id = {run_with_rejects} ORDER BY byte_offset"),
      [[str(r["line"]), r["byte_offset"], r["reason"]] for r in pages(f"/ingestion/runs/{run_with_rejects}/rejects", limit=2)])
check("what is no UTF-8 is escaped", True,
      any("bad\\3772" in r["raw"] for r in get(f"/ingestion/runs/{run_with_rejects}/rejects")["data"]))
check("a run has its files", sql(f"SELECT path, records FROM ingestion_file WHERE first_run = {run_with_rejects} ORDER BY path"),
      [[f["path"], str(f["records"])] for f in get(f"/ingestion/runs/{run_with_rejects}")["data"]["files"]])
state = {s["source"]: s for s in get("/ingestion/status")["data"]}
check("a date is due on the next one, in the source's zone",
      sql("SELECT to_char(((last_date + 2) + time '06:30') AT TIME ZONE 'Europe/Berlin' AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM ingestion_state WHERE source_id = 1")[0][0],
      state["t"]["due_at"])
check("a series has the days' numbers",
      sql("SELECT tx_date, n FROM subject_day WHERE source_id = 1 AND subject_type = 'merchant' AND subject_id = 'm3' AND currency = 'EUR' AND tx_date >= '2026-03-25' AND tx_date < '2026-03-29' ORDER BY 1"),
      [[p["date"], p["observed"]] for p in get("/series", subject_type="merchant", subject="m3", currency="EUR", source="t",
                                               start="2026-03-25", end="2026-03-29")["data"]["points"]])
sql("INSERT INTO ingestion_run (source_id, mode, version, started_at, finished_at, status) VALUES (1, 'verdicts', '', now(), now(), 'failure')")
latest = sql("SELECT max(run_id) FROM ingestion_run WHERE source_id = 1 AND mode IN ('ingest', 'rerun', 'replace')")[0][0]
for _ in range(100):  # what is kept may go out for a second
    state = {s["source"]: s for s in get("/ingestion/status")["data"]}
    if state["t"]["recent_runs"][0]["mode"] == "verdicts":
        break
    time.sleep(0.05)
check("the latest run is one that loads", [latest, "verdicts failure"],
      [state["t"]["latest_run"]["run_id"], "{mode} {status}".format(**state["t"]["recent_runs"][0])])
check("and days of runs are counted by them",
      sql("""SELECT (started_at AT TIME ZONE 'Europe/Berlin')::date, count(*), sum(loaded), sum(rejected) FROM ingestion_run
               WHERE source_id = 1 AND mode IN ('ingest', 'rerun', 'replace') GROUP BY 1 ORDER BY 1"""),
      [[d["date"], str(d["runs"]), str(d["loaded"]), str(d["rejected"])] for d in state["t"]["recent_days"]])
sql("DELETE FROM ingestion_run WHERE mode = 'verdicts'")
states = {p["state"] for p in get("/series", source="t", start="2026-03-20", end="2026-05-01")["data"]["points"]}
check("and says what is unknown", True, {"no_opinion", "normal", "not_loaded"} <= states)
check("an account has its days",
      sql("SELECT name, tx_date, currency, n FROM subject_day JOIN source USING (source_id) WHERE subject_type = 'account' AND subject_id = '𝒳é' ORDER BY tx_date, name, currency"),
      [[d["source"], d["date"], d["currency"], str(d["n"])] for d in
       get("/accounts/" + urllib.parse.quote("𝒳é"))["data"]["days"]])
sql("INSERT INTO account_risk SELECT 1, '2026-03-27', 'r' || i, (i % 5) / 10.0, 1 FROM generate_series(1, 50) AS i")
check("risk is ranked", sql("SELECT account_id FROM account_risk WHERE source_id = 1 AND tx_date = '2026-03-27' ORDER BY risk DESC, account_id"),
      [[r["account_id"]] for r in pages("/risk", date="2026-03-27", source="t", limit=7)])
check("detectors and sources are listed", (sql("SELECT name FROM detector ORDER BY 1"), ["far", "t"]),
      ([[d["name"]] for d in get("/detectors")["data"]], [s["source"] for s in get("/sources")["data"]]))

# ---- CSV ---------------------------------------------------------------------------------------

wrong = []
for path in ("/anomalies", "/ingestion/runs", "/sources", "/detectors", "/ingestion/status", "/risk",
             f"/ingestion/runs/{run_with_rejects}/rejects", "/anomalies/feedfeedfeedfeed/transactions"):
    status, body, kind = ask(API + path, "text/csv")
    table = list(csv.reader(io.StringIO(body, newline=""), strict=True))
    plain = get(path)["data"]
    if status != 200 or not kind.startswith("text/csv") or len(table) != len(plain) + 1 or \
            not body.endswith("\r\n") or any(len(r) != len(table[0]) for r in table) or \
            (plain and table[0] != list(plain[0])):
        wrong.append((path, status, kind, table[:2]))
    for row, item in zip(table[1:], plain):
        for name, value in zip(table[0], row):
            if isinstance(item[name], bool):
                item[name] = json.dumps(item[name])
            if isinstance(item[name], (str, int)) and value not in (str(item[name]), f"'{item[name]}"):
                wrong.append((path, name, value, item[name]))
check("every list is CSV, which reads back as the same", [], wrong)
files = list(csv.DictReader(io.StringIO(ask(API + f"/ingestion/runs/{run_with_rejects}", "text/csv")[1], newline="")))
check("and so are the files of a run", [(f["path"], json.dumps(f["finished"])) for f in get(f"/ingestion/runs/{run_with_rejects}")["data"]["files"]],
      [(f["path"], f["finished"]) for f in files])
status, body, _ = ask(API + "/transactions/count", "text/csv", start="2026-03-25", end="2026-03-28", group_by="channel")
table = list(csv.DictReader(io.StringIO(body, newline="")))
plain = get("/transactions/count", start="2026-03-25", end="2026-03-28", group_by="channel")["data"]["buckets"]
check("buckets are, with a column a currency and group",
      [(b["start"], b["n"], b["amounts"][0]["amount"], b["groups"][-1]["n"]) for b in plain],
      [(r["start"], int(r["n"]), r["amounts.EUR.amount"], int(r["groups.web.n"])) for r in table])
account = urllib.parse.quote("=1+1")
sql("""INSERT INTO anomaly (source_id, anomaly_id, tx_date, detector, subject_type, subject_id, currency, transaction_id,
          observed, score, severity, state, reason, params, sql_hash, run_id)
       VALUES (1, 'abcdabcdabcdabcd', '2026-03-20', 'formula', 'account', '=1+1', '', '', -5, 0.1, 'low', 'shown', E'@x\n"y",z', '{}', 'x', 1)""")
row = list(csv.DictReader(io.StringIO(ask(API + "/anomalies", "text/csv", subject="=1+1", detector="formula")[1], newline="")))[0]
check("a formula is none, a number stays one", ("'=1+1", "-5", "'@x\n\"y\",z"), (row["subject_id"], row["observed"], row["reason"]))
accepts = {"text/csv": 200, "application/json": 200, "*/*": 200, "text/*": 200, "text/html": 406, "text/csv;q=0": 406,
           "application/json;q=0.1, text/csv;q=0.2": 200, "image/png, */*;q=0.1": 200, "text/csv;q=0, */*": 200}
check("Accept decides", accepts, {a: ask(API + "/anomalies", a, limit=1)[0] for a in accepts})
check("by its weights", ["text/csv", "application/json", "application/json"],
      [ask(API + "/anomalies", a, limit=1)[2].split(";")[0] for a in
       ("application/json;q=0.1, text/csv;q=0.2", "text/csv;q=0.5, */*", "text/csv;q=0, */*")])

# ---- parameters --------------------------------------------------------------------------------

NAUGHTY = ["", " ", "'", '"', "\\", "';--", "' OR 1=1 --", "$1", "%s%n", "null", "NULL", "true", "-1", "0", "1e9", "NaN",
           "Infinity", "9223372036854775807", "9223372036854775808", "99999999999999999999", "0001-01-01", "9999-12-31",
           "10000-01-01", "2026-02-29", "2026-01-01T00:00:00Z", "2026-01-01T24:00:00Z", "0001-01-01T00:00:00+14:00",
           "9999-12-31T23:59:59-12:00", "-infinity", "infinity", "now", "epoch", "UTC", "posix/UTC", "../../etc/passwd",
           "<script>", "𝒳", "\u202e", "a" * 255, "a" * 256, "a" * 1500, "{}", "[]", "[1,2]", "MQ", "MTAwMDAwMDAwMA", ",", "a,b"]
BLNS = json.load(open("tests/data/blns.json", encoding="utf-8"))
bad = []
tried = 0
for path, methods in document["paths"].items():
    for spec in methods["get"].get("parameters", []):
        for value in NAUGHTY + rng.sample(BLNS, 12):
            filled = path.replace("{id}", urllib.parse.quote(value, safe="") if spec["in"] == "path" else
                                  ids.get(path.removeprefix(API), run_with_rejects))
            status, body, _ = ask(filled, **({} if spec["in"] == "path" else {spec["name"]: value}))
            tried += 1
            if status not in (200, 400, 404, *([414] if len(urllib.parse.quote(value)) > 1900 else [])) or \
                    status == 400 and (not json.loads(body).get("detail") or json.loads(body).get("parameter") != spec["name"]):
                bad.append((path, spec["name"], value[:30], status, body[:200]))
check(f"{tried} naughty values are 2xx or 4xx, which name the parameter", [], bad)

# What no value may be, of each type of parameter, and what is wrong with any: by the table of routes.
WRONG = {"TIME": "2026-02-30", "DATE": "2026-02-30", "ZONE": "Mars/Olympus", "CHOICE": "none such", "CHOICES": "none,such", "LIMIT": "0",
         "AFTER": "MTAwMDAwMDAwMA", "RUN": "0", "HEX": "feed", "TEXT": "a" * 256}
TYPE_OF = {"start": "TIME", "end": "TIME", "date": "DATE", "tz": "ZONE", "limit": "LIMIT", "after": "AFTER"}


def wrong_value(path, spec):
    schema = spec["schema"]
    if "enum" in schema:
        return WRONG["CHOICE"]
    if spec["in"] == "path":
        return WRONG["HEX" if "anomalies" in path else "RUN" if "runs" in path else "TEXT"]
    if spec["name"] in ("severity", "state", "subject_type"):
        return WRONG["CHOICES"]
    return WRONG[TYPE_OF.get(spec["name"], "TEXT")]


def parameter_of(target):
    status, body, _ = ask(target)
    return status, json.loads(body).get("parameter") if status != 200 else None


bad = []
tried = 0
for path, methods in document["paths"].items():
    filled = path.replace("{id}", ids.get(path.removeprefix(API), run_with_rejects))
    for spec in methods["get"].get("parameters", []):
        name, value = spec["name"], urllib.parse.quote(wrong_value(path, spec), safe="")
        targets = [path.replace("{id}", value), path.replace("{id}", "%zz"), path.replace("{id}", "%00"), filled + "?id=1"] \
            if spec["in"] == "path" else [f"{filled}?{name}{rest}" for rest in
                                          (f"={value}", "", "=%", "=%zz", "=%00", "=%ff", f"=&{name}=", f"=x&{name}=x")]
        for target in targets:
            tried += 1
            if parameter_of(target) != (400, name):
                bad.append((target, parameter_of(target)))
    if not path.endswith("openapi.json") and parameter_of(filled + "?nothing=1") != (400, "nothing"):
        bad.append(filled + "?nothing=1")
check(f"{tried} wrong parameters, each of each route, are named", [], bad)

# Any values at the edges, together.
EDGES = ["0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-12:00", "2026-03-29T02:30:00+01:00", "2026-03-29"]
bad = []
for _ in range(400):
    path, methods = rng.choice([p for p in document["paths"].items() if p[1]["get"].get("parameters")])
    params = {}
    for spec in methods["get"]["parameters"]:
        if spec["in"] == "query" and spec["name"] != "after" and rng.random() < 0.5:
            schema = spec["schema"]
            params[spec["name"]] = rng.choice(
                schema["enum"] if "enum" in schema else [e[:10] for e in EDGES] if schema.get("format") == "date" or spec["name"] == "date"
                else EDGES if spec["name"] in ("start", "end") else ZONES if spec["name"] == "tz" else ["1", "1000"] if spec["name"] == "limit"
                else ["low,critical"] if spec["name"] == "severity" else ["account"] if spec["name"] == "subject_type"
                else ["shown"] if spec["name"] == "state" else ["", "t", "a7", "EUR", "none"])
    status, body, _ = ask(path.replace("{id}", ids.get(path.removeprefix(API), run_with_rejects)), **params)
    if status not in (200, 404) and (status != 400 or json.loads(body).get("parameter") not in params):
        bad.append((path, params, status, body[:200]))
check("400 questions with values at the edges are 200, or name one of them", [], bad)
names = {"/anomalies?limit=0": "limit", "/anomalies?limit=1001": "limit", "/anomalies?after=x": "after", "/anomalies?order=best": "order",
         "/anomalies?severity=bad": "severity", "/anomalies?x=1": "x", "/anomalies/xyz": "id", "/ingestion/runs/0": "id",
         "/series?metric=x": "metric", "/risk?date=today": "date", "/transactions/count?group_by=account": "group_by",
         "/anomalies/feedfeedfeedfeed?id=1": "id", "/transactions/count?tz=Mars/Olympus": "tz",
         "/transactions/count?tz=Mars/Olympus&start=2026-03-20T00:00:00Z&end=2026-03-21": "tz",
         "/anomalies/count?tz=Mars/Olympus&start=2026-03-20T00:00:00Z": "tz",
         "/anomalies?tz=Mars/Olympus&start=2026-03-20T00:00:00Z": "tz"}
check("a wrong parameter is named", names, {p: json.loads(ask(API + p)[1]).get("parameter") for p in names})
check("what is not there is a 404", [404] * 6,
      [ask(API + p)[0] for p in ("/anomalies/0000000000000000", "/ingestion/runs/99999", "/accounts/nobody", "/nothing",
                                 "/anomalies/0000000000000000/transactions", "/ingestion/runs/99999/rejects")])
sql("""INSERT INTO anomaly (source_id, anomaly_id, tx_date, detector, subject_type, subject_id, currency, transaction_id,
          observed, score, severity, state, reason, params, sql_hash, run_id)
       VALUES (1, 'beefbeefbeefbeef', '2026-03-20', 'none', 'account', 'has none', '', '', 1, 0.1, 'low', 'shown', 'r', '{}', 'x', 1)""")
run_without = sql("""INSERT INTO ingestion_run (source_id, mode, version, status, started_at, finished_at)
                     SELECT source_id, mode, version, status, started_at, finished_at FROM ingestion_run LIMIT 1 RETURNING run_id""")[0][0]
check("what has nothing has an empty page", [([], None)] * 2,
      [(a["data"], a["meta"]["next"]) for a in (get("/anomalies/beefbeefbeefbeef/transactions"),
                                                get(f"/ingestion/runs/{run_without}/rejects"))])
token = get("/anomalies", limit=3)["meta"]["next"]
check("a place of another list is refused", [400, 400, 400, 200],
      [ask(API + "/anomalies", after=a, **p)[0] for a, p in
       ((token, {"order": "score"}), (token[:-1], {}), ("x" + token[1:], {}), (token, {"limit": "5"}))])
