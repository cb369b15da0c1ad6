#!/usr/bin/env python3
"""flood.py PORT PID: requests too large in every way, rubbish, and thousands of questions, each round the
same; prints what is not refused as it should be, and how much memory the process has gained by the
last round, in KiB."""
import http.client
import json
import random
import re
import socket
import sys

port, pid = int(sys.argv[1]), sys.argv[2]
rng = random.Random(7)
H = b" HTTP/1.1\r\nHost: a\r\n"
FLOODS = [
    (431, b"GET /live" + H + b"X: " + b"a" * 65536 + b"\r\n\r\n"),
    (431, b"GET /live" + H + b"".join(b"X%d: 1\r\n" % i for i in range(10000)) + b"\r\n"),
    (414, b"GET /" + b"a" * (1 << 20) + H + b"\r\n"),
    (414, b"GET /api/v1/sources?" + b"&".join(b"a%d=1" % i for i in range(10000)) + H + b"\r\n"),
    (414, b"GET /api/v1/sources?a=" + b"%00" * 1000 + H + b"\r\n"),
    (400, b"GET /api/v1/sources?a=%00" + H + b"\r\n"),
    (400, b"GET /live\r\n\r\n"),
    (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + rng.randbytes(500) + b"\r\n\r\n"),
]


def answer(request, wait=4):
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as s:
        got = b""
        try:
            s.sendall(request)
            s.shutdown(socket.SHUT_WR)
            while more := s.recv(65536):
                got += more
        except OSError:
            pass
        return got


def flood():
    for wanted, request in FLOODS:
        got = answer(request)
        status = re.match(rb"HTTP/1\.1 (\d{3}) ", got)
        # A client that still sends when the connection is closed may lose the answer.
        if status and (int(status[1]) != wanted or b"application/problem+json" not in got):
            print(f"{request[:60]!r}: {got[:200]!r}")
    for _ in range(100):
        got = answer(rng.randbytes(rng.randrange(1, 4000)) + b"\r\n\r\n")
        if got and not re.match(rb"HTTP/1\.[01] [45]\d\d ", got):
            print(f"rubbish: {got[:200]!r}")


def ask():
    conn = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for i in range(2500):
        path = ["/api/v1/transactions/count?start=2026-01-05T%02d:%02d:%02dZ&end=2026-02-0%dT00:00:00Z"
                % (i // 160 % 24, i % 60, i % 7, i % 8 + 1), f"/api/v1/accounts/none{i}", "/api/v1/sources", "/nothing",
                f"/api/v1/risk?limit={i}", "/", "/api/v1/ingestion/status"][i % 7]
        conn.request("GET", path, headers={"Accept-Encoding": "gzip"} if i % 2 else {})
        reply = conn.getresponse()
        body = reply.read()
        if reply.status >= 500 or reply.status != 200 and not json.loads(body):
            print(f"{path}: {reply.status}")


def memory():
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])


flood()
ask()
before = memory()
for _ in range(2):
    flood()
    ask()
print(memory() - before, file=sys.stderr)
