#!/usr/bin/env python3
"""broken.py KIND ROUNDS: asks txapi for everything while a call of it fails, as often as ROUNDS says.

KIND: once, for_good, cut (a call of libpq's: tests/fault.c), nomem_once, nomem_for_good (an allocation:
tests/nomem.c). ROUNDS = 0: every call. Run by tests/run/broken.sh, whose TXMON_CONFIG listens on PORT and
PORT + 1. Prints what is wrong, and last how many faults were met.
"""
import gzip
import http.client
import json
import mmap
import os
import random
import subprocess
import sys
import time

KIND, ROUNDS = sys.argv[1], int(sys.argv[2])
BUILD, TMPDIR, PORT = os.environ["BUILD"], os.environ["TMPDIR"], int(os.environ["PORT"])
OF_MEMORY = KIND.startswith("nomem")
API = "/api/v1"
CSV = {"Accept": "text/csv"}
GZIP = {"Accept-Encoding": "gzip"}
finding = os.environ["FINDING"]
ASKED = [(API + path, headers) for path, headers in (
    ("/transactions/count?start=2026-01-01&end=2026-03-01", {}),
    ("/transactions/count?start=2026-01-01T00:30:00Z&end=2026-02-01T10:00:00Z&bucket=hour", GZIP),
    ("/transactions/count?tz=Asia/Kathmandu&bucket=week&group_by=source", CSV),
    ("/transactions/count?account=a1", {}),
    ("/anomalies/count", {}), ("/anomalies?limit=2", {}), ("/anomalies?order=score&q=e", CSV),
    (f"/anomalies/{finding}", GZIP), (f"/anomalies/{finding}/transactions", {}),
    ("/ingestion/status", {}), ("/ingestion/runs", {}), ("/ingestion/runs/1", {}), ("/ingestion/runs/1/rejects", {}),
    ("/series?subject_type=account&subject=a1", {}), ("/accounts/a1", {}), ("/risk", {}), ("/detectors", {}),
    ("/sources", {}), ("/openapi.json", GZIP),
    # What the client has wrong stays so.
    ("/transactions/count?tz=Mars/Olympus", {}), ("/ingestion/runs/77", {}), ("/anomalies?after=x", {}))]
ASKED += [("/live", {}), ("/ready", {}), ("/", {})]

psql = subprocess.Popen(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def sql(text):
    psql.stdin.write(text + ";\n\\echo done\n")
    psql.stdin.flush()
    assert psql.stdout.readline() == "done\n"


version = 0
state = 0


def change(to):
    """The data is in the one state or the other, and a version of it that never was."""
    global version, state
    version += 1
    state = to
    sql(f"BEGIN; UPDATE hour_count SET n = {state + 1}; UPDATE subject_day SET n = {state + 1};"
        f" UPDATE anomaly SET reason = 'state {state}'; UPDATE ingestion_run SET slices = {version}; NOTIFY txmon; COMMIT")


def meaning(answer):
    """A count may come from memory or from the database, which writes JSON in another way."""
    body = answer.read()
    if answer.getheader("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return json.loads(body) if "json" in (answer.getheader("Content-Type") or "") else body


class Api:
    def __init__(self):
        with open(f"{TMPDIR}/left", "wb+") as file:
            file.write(bytes(4))
            file.flush()
            self.place = mmap.mmap(file.fileno(), 4)
        name, library = ("NOMEM_LEFT", "nomem") if OF_MEMORY else ("FAULT_LEFT", "fault")
        self.log = open(f"{TMPDIR}/broken.log", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [f"{BUILD}/txapi"], stderr=self.log, stdin=subprocess.DEVNULL,
            env={**os.environ, name: f"{TMPDIR}/left", "FAULT": KIND, **({"NOMEM_FOR_GOOD": "yes"} if KIND == "nomem_for_good" else {}),
                 "LD_PRELOAD": f"{BUILD}/tests/{library}.so"})

    def set(self, n):
        self.place[:] = n.to_bytes(4, "little", signed=True)

    def left(self):
        return int.from_bytes(self.place[:], "little", signed=True)

    def ask(self, path, headers, port=PORT):
        """Status and body; None: the connection was closed without an answer, "late": nothing came."""
        conn = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            conn.request("GET", path, headers=headers)
            answer = conn.getresponse()
            return answer.status, meaning(answer)
        except TimeoutError:
            return "late", b""
        except (OSError, http.client.HTTPException):
            return None, b""
        finally:
            conn.close()

    def all(self):
        return [self.ask(*asked) for asked in ASKED]

    def comes_to(self, wanted):
        """Until all is answered as it should be, thirty seconds at most; what is still not."""
        end = time.monotonic() + 30
        wrong = ["nothing"]
        while wrong and time.monotonic() < end:
            wrong = [(ASKED[i][0], got[0]) for i, got in enumerate(self.all()) if got != wanted[i]]
            if self.process.poll() is not None:
                return []
        return wrong[:3]

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "hangs at its end"


def told():
    with open(f"{TMPDIR}/broken.log", encoding="utf-8") as file:
        return file.read()


def right(to):
    change(to)
    api = Api()
    before = None
    while (answers := api.all()) != before or any(status in (None, 503) for status, _ in answers):
        before = answers
        time.sleep(0.3)
    api.end()
    return answers


RIGHT = [right(0), right(1)]
assert [a for a, b in zip(*RIGHT) if a != b], "the states should differ"
EXPECTED = (None, 500, 503) if OF_MEMORY else (500, 503)
met = 0


def reconnect(api):
    """Until it has connections on which nothing has been asked yet, but whether it is ready."""
    sql("DO $$ BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'txapi'; END $$")
    while api.ask("/ready", {})[0] != 200:
        time.sleep(0.02)


def shot(api, n):
    """What is wrong with txapi while its n-th call from now on fails, and after it."""
    global met
    change(n % 2)
    if n % 16 == 5 and not OF_MEMORY:
        reconnect(api)
    api.set(n)
    wrong = []
    for i, (status, body) in enumerate(api.all()):
        if (status, body) not in (RIGHT[0][i], RIGHT[1][i]) and status not in EXPECTED:
            wrong.append((ASKED[i][0], status, str(body)[:200]))
    if api.ask("/metrics", {}, PORT + 1)[0] != 200 and not OF_MEMORY:
        wrong.append("/metrics")
    is_met = api.left() < 0
    met += is_met
    api.set(0)
    if api.process.poll() is None:
        wrong += [("then", *each, told()[-200:]) for each in api.comes_to(RIGHT[state])]
    if api.process.poll() is not None and not (OF_MEMORY and api.process.returncode == 1 and "out of memory" in told()):
        wrong.append(f"it ended with status {api.process.returncode}: {told()[-300:]}")
    return wrong, is_met


def count(api):
    """How many calls it takes to answer all."""
    change(0)
    api.set(10**9)
    api.all()
    return 10**9 - api.left()


api = Api()
api.comes_to(RIGHT[1])
calls = count(api)
step = 1 if ROUNDS == 0 else calls / ROUNDS
n = 1 if ROUNDS == 0 else 1 + random.random() * step
faults = 0
while n <= calls and faults < 5:
    wrong, is_met = shot(api, int(n))
    for each in wrong:
        print(f"{KIND} {int(n)}: {each}")
    faults += bool(wrong)
    n += step
    if api.process.poll() is not None:
        api = Api()
        api.comes_to(RIGHT[state])
api.set(0)
status = api.end()
if status != 0:
    print(f"it ended with status {status}")
print(f"{met} faults", file=sys.stderr)
