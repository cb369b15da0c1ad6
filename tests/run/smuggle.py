#!/usr/bin/env python3
"""smuggle.py PORT: sends requests that a proxy and a server could read in two ways (RFC 9112, 11.2),
and prints each that is answered twice, or not by 4xx or 5xx where it must be refused."""
import re
import socket
import sys

port = int(sys.argv[1])
INNER = b"GET /live HTTP/1.1\r\nHost: a\r\n\r\n"


def answers(request):
    with socket.create_connection(("127.0.0.1", port), timeout=2) as s:
        s.sendall(request)
        got = b""
        try:
            while True:
                more = s.recv(65536)
                if not more:
                    break
                got += more
                s.settimeout(0.15)
        except (socket.timeout, ConnectionError):
            pass
    return got


def statuses(got):
    """As a client reads them: by Content-Length."""
    while True:
        match = re.match(rb"HTTP/1\.[01] (\d{3}) ", got)
        if not match:
            return
        yield int(match.group(1))
        fields, _, rest = got.partition(b"\r\n\r\n")
        length = re.search(rb"\r\nContent-Length: (\d+)", fields)
        got = rest[int(length.group(1)) if length else 0:]


def head(*lines, start=b"GET /live HTTP/1.1"):
    return b"\r\n".join((start,) + lines) + b"\r\n\r\n"


H = b"Host: a"
refused = [
    head(H, b"Content-Length: %d" % len(INNER)) + INNER,
    head(H, b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + INNER,
    head(H, b"Transfer-Encoding: chunked", b"Content-Length: 5") + b"0\r\n\r\n" + INNER,
    head(H, b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + INNER,
    head(H, b"Content-Length: 0", b"Content-Length: 5") + b"12345" + INNER,
    head(H, b"Content-Length: 5", b"Content-Length: 0") + b"12345" + INNER,
    head(H, b"Content-Length: 0", b"Content-Length: 0") + INNER,
    head(H, b"Content-Length: 0, 0") + INNER,
    head(H, b"Content-Length: 00") + INNER,
    head(H, b"Content-Length: +0") + INNER,
    head(H, b"Content-Length: -0") + INNER,
    head(H, b"Content-Length: 0x0") + INNER,
    head(H, b"Content-Length:") + INNER,
    head(H, b"Content-Length: 18446744073709551616") + INNER,
    head(H, b"Content-Length: 1e1") + INNER,
    head(H, b"Content-Length : 5") + b"12345" + INNER,
    head(H, b"Content-Length\t: 5") + b"12345" + INNER,
    head(H, b"Transfer-Encoding : chunked") + b"0\r\n\r\n" + INNER,
    head(H, b"Transfer-Encoding\x0b: chunked") + b"0\r\n\r\n" + INNER,
    head(H, b"Transfer_Encoding: chunked", b"Content-Length: 5") + b"0\r\n\r\n" + INNER,
    head(b"Host: a", b"Host: b"),
    head(b"Host: a, b"),
    head(b"Host: a/b"),
    head(b"Host: a@b"),
    head(b"Host:"),
    head(),
    head(H, b"X y: 1"),
    head(H, b"X: a\x01b"),
    head(H, b"X: a\x7fb"),
    head(H, start=b"GET /live HTTP/2.0"),
    head(H, start=b"GET /live HTTP/1.2"),
    head(H, start=b"GET /live HTTP/1.1 x"),
    head(H, start=b"GET /live http/1.1"),
    head(H, start=b"GET http://a/live HTTP/1.1"),
    head(H, start=b"GET live HTTP/1.1"),
    head(H, start=b"GET * HTTP/1.1"),
    head(H, start=b"GET /live#x HTTP/1.1"),
    head(H, start=b"GET /li\xffve HTTP/1.1"),
    head(H, start=b"GET /" + b"a" * 4000 + b" HTTP/1.1"),
    head(H, b"X: " + b"a" * 70000),
    head(H, *[b"X%d: 1" % i for i in range(10000)]),
    head(H, b"Content-Length: 5", start=b"POST /live HTTP/1.1") + b"12345" + INNER,
    head(H, b"Transfer-Encoding: chunked", start=b"POST /live HTTP/1.1") + b"0\r\n\r\n" + INNER,
    head(H, start=b"OPTIONS * HTTP/1.1"),
    head(H, start=b"CONNECT a:80 HTTP/1.1"),
    head(H, start=b"get /live HTTP/1.1"),
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500,
    b"\x00" * 3000 + b"\r\n\r\n",
]
for value in (b"identity", b"chunked, identity", b"identity, chunked", b"xchunked", b"chunkedx", b"chunked;x=1",
              b"\x0bchunked", b"\"chunked\"", b"gzip", b"gzip, chunked", b"", b" ", b"CHUNKED", b"chunked,"):
    refused.append(head(H, b"Transfer-Encoding: " + value, b"Content-Length: 5") + b"0\r\n\r\n" + INNER)
    refused.append(head(H, b"Transfer-Encoding: " + value) + b"0\r\n\r\n" + INNER)
for sep in (b"\n", b"\r"):
    refused.append(head(H, b"X: a" + sep + b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + INNER)
    refused.append(head(H, b"X: a" + sep + b"Content-Length: 5") + b"12345" + INNER)

# What is not refused has as many answers as requests.
fine = [
    (head(H), 1),
    (head(H) + head(H), 2),
    (head(H, b"Content-Length: 0") + head(H), 2),
    (head(H, b"Connection: close") + INNER, 1),
    (b"GET /live HTTP/1.0\r\n\r\n", 1),
    (b"\r\n" + head(H), 1),
    (head(H, b"Expect: 100-continue"), 1),
    (head(H, b"X: a\x00b"), 1),  # libmicrohttpd shows what is before the NUL
]

bad = 0
for request in refused:
    got = answers(request)
    heads = re.findall(rb"HTTP/1\.[01] (\d{3}) ", got)  # wherever it stands
    if len(heads) > 1 or (heads and int(heads[0]) < 400):
        print("refused?", heads, request[:120])
        bad += 1
for request, n in fine:
    got = [x for x in statuses(answers(request)) if x != 100]
    if len(got) != n or any(x != 200 for x in got):
        print("fine?", got, request[:120])
        bad += 1
sys.exit(1 if bad else 0)
