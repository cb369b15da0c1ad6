#!/usr/bin/env python3
"""slow.py PORT N: N connections that send a byte of a header now and then, and some that take no
answer; all must be closed by the server in 20 seconds. Prints what is not so."""
import select
import socket
import sys
import time

port, n = int(sys.argv[1]), int(sys.argv[2])
clients = []
for i in range(n):
    s = socket.socket()
    s.setblocking(False)
    s.connect_ex(("127.0.0.1", port))
    clients.append(s)
time.sleep(0.3)
open_ones = set(clients)
end = time.monotonic() + 20
tick = 0
while open_ones and time.monotonic() < end:
    for s in list(open_ones):
        try:
            s.send(b"GET /live HTTP/1.1\r\nX: "[tick:tick + 1] or b"a")
        except BlockingIOError:
            pass
        except OSError:
            open_ones.discard(s)
            s.close()
    tick += 1
    ready = select.select(list(open_ones), [], [], 0.7)[0] if open_ones else []
    for s in ready:
        try:
            if s.recv(4096) == b"":
                raise OSError
        except BlockingIOError:
            pass
        except OSError:
            open_ones.discard(s)
            s.close()
    time.sleep(0.3)
# Those beyond the descriptors wait in the kernel's queue and are taken when there is room.
held = len(open_ones)
for s in open_ones:
    s.close()
if held > n - 30:
    print(f"{held} of {n} are still open")
    sys.exit(1)
