#!/usr/bin/env python3
"""relay.py SOCKET TARGET: hands on what comes by a Unix socket to another one, and back. After SIGUSR1 nothing
comes through any more, and nobody hears of it, as when packets are dropped; after SIGUSR2 new connections
do, and the old ones are never heard of again, as when another server has taken over."""
import os
import selectors
import signal
import socket
import sys

peers = {}  # of each socket that is handed on
dropping = False
silent = []  # kept open, and never read
selector = selectors.DefaultSelector()


def drop(*_):
    global dropping
    dropping = True
    for s in list(peers):
        selector.unregister(s)
        silent.append(s)
    peers.clear()
    selector.unregister(door)


def resume(*_):
    global dropping
    dropping = False
    selector.register(door, selectors.EVENT_READ)


def close(s):
    for x in (s, peers.pop(s)):
        selector.unregister(x)
        peers.pop(x, None)
        x.close()


door = socket.socket(socket.AF_UNIX)
door.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
door.listen(100)
selector.register(door, selectors.EVENT_READ)
signal.signal(signal.SIGUSR1, drop)
signal.signal(signal.SIGUSR2, resume)
while True:
    for key, _ in selector.select(0.1):
        s = key.fileobj
        if s is door and not dropping:
            client, _ = door.accept()
            server = socket.socket(socket.AF_UNIX)
            server.connect(sys.argv[2])
            peers.update({client: server, server: client})
            for x in (client, server):
                selector.register(x, selectors.EVENT_READ)
        elif s in peers:
            try:
                data = s.recv(65536)
                peers[s].sendall(data)
            except OSError:
                data = b""
            if not data and s in peers:
                close(s)
