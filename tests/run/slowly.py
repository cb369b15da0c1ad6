#!/usr/bin/env python3
"""slowly.py PORT PID N: N clients that send a byte of a header now and then, N that send a body so, and N that ask
for much and read a byte now and then; all at once. Prints how many of the process's connections are still there
8 seconds after their deadline, and when others were not answered meanwhile. (What the kernel still holds for a
client it sends after the connection was closed, so that the client does not see the end.)"""
import os
import resource
import socket
import sys
import time
import urllib.request

port, pid, n = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
HEAD = b" /live HTTP/1.1\r\nHost: a\r\n"
# What is sent at once, what is sent a second, bytes read a second.
KINDS = {"headers": (b"GET" + HEAD, b"X: y\r\n", 0), "body": (b"POST" + HEAD + b"Content-Length: 4096\r\n\r\n", b"x", 4096),
         "reading": (b"GET /dygraph.min.js HTTP/1.1\r\nHost: a\r\n\r\n" * 10, b"", 100)}
SLACK = 8
SPARE = 6  # descriptors for others, and to the database


def descriptors():
    return len(os.listdir(f"/proc/{pid}/fd"))


def open_one(kind):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    s.connect(("127.0.0.1", port))
    s.setblocking(False)
    s.send(KINDS[kind][0])
    return s


def is_open(s, kind):
    _, more, wanted = KINDS[kind]
    try:
        if more:
            s.send(more)
        if wanted:
            return s.recv(wanted) != b""
        return s.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


before = descriptors()
clients = [(open_one(kind), kind) for kind in KINDS for _ in range(n)]
begun = time.monotonic()
while descriptors() < before + 2 * n:
    time.sleep(0.05)
    if time.monotonic() > begun + 30:
        sys.exit("they are not there")
for due, most in ((10, n), (30, 0)):
    while time.monotonic() < begun + due + SLACK and descriptors() > before + SPARE:
        for client in [c for c in clients if not is_open(*c)]:
            client[0].close()
            clients.remove(client)
        asked = time.monotonic()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/sources", timeout=10) as answer:
            if answer.status != 200 or time.monotonic() - asked > 2:
                print(f"others were answered with {answer.status} after {time.monotonic() - asked:.1f} s")
        time.sleep(1)
    if descriptors() > before + most + SPARE:
        print(f"{descriptors() - before} connections after {time.monotonic() - begun:.0f} s")
