#!/usr/bin/env python3
"""smuggle.py PORT: sends requests that a proxy and a server could read in two ways (RFC 9112, 11.2),
and prints each that is answered twice, or not by a problem of 4xx or 5xx and the connection's end where it
must be refused. What is not a whole head has no answer, and until its deadline no end."""
import re
import socket
import sys
import time

port = int(sys.argv[1])
INNER = b"GET /live HTTP/1.1\r\nHost: a\r\n\r\n"


def answers(request, wait=0.15, pieces=1):
    """What comes, and whether the connection was closed behind it."""
    with socket.create_connection(("127.0.0.1", port), timeout=3) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        got = b""
        try:
            step = -(-len(request) // pieces)
            for at in range(0, len(request), step):
                time.sleep(0 if at == 0 else 0.005)
                s.sendall(request[at:at + step])
            while True:
                more = s.recv(65536)
                if not more:
                    return got, True
                got += more
                s.settimeout(wait)
        except socket.timeout:
            return got, False
        except ConnectionError:
            return got, True


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
refused += [
    head(H, b"Transfer-Encoding:\r\n chunked") + b"0\r\n\r\n" + INNER,
    head(H, b"Content-Length:\r\n 5") + b"12345" + INNER,
    head(H, b"transfer-encoding: chunked", b"TRANSFER-ENCODING: identity") + b"0\r\n\r\n" + INNER,
    head(H, b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + INNER,
    head(H, b"Content-Length: 5, 5") + b"12345" + INNER,
    head(H, b"Content-Length: 5;x") + b"12345" + INNER,
    head(H, b"Content-Length: 5 5") + b"12345" + INNER,
    head(H, b"Content-Length: \t5") + b"12345" + INNER,
    head(H, b"Content-Length: 05") + b"12345" + INNER,
    head(H, b"Content-Length: 0_5") + b"12345" + INNER,
    head(H, b"Content-Length: 5.0") + b"12345" + INNER,
    head(H, b"Content-Length: \xd9\xa5") + b"12345" + INNER,
    head(H, b"Content-Length: 4294967301") + b"12345" + INNER,
    head(H, b"Content-Length: 18446744073709551621") + b"12345" + INNER,
    head(H, b"Content-Length: -1") + INNER,
    head(H, b"Content-Length: " + b"0" * 300 + b"5") + b"12345" + INNER,
    head(H, b"Content\x00-Length: 5") + b"12345" + INNER,
    head(H, b"Transfer-Encoding\x00: chunked") + b"0\r\n\r\n" + INNER,
    head(H, b"Transfer-Encoding\xa0: chunked") + b"0\r\n\r\n" + INNER,
    head(H, b" Transfer-Encoding: chunked", start=b"GET /live HTTP/1.1\r\nX : y") + b"0\r\n\r\n" + INNER,
    head(H, b"(Transfer-Encoding): chunked") + b"0\r\n\r\n" + INNER,
    head(b"Host: a", b"host: a"),
    head(b"Host : a"),
    head(b"Host: a b"),
    head(b"Host: a\r\n b"),
    head(H, b"Content-Length: 5\r\n x") + b"12345" + INNER,
    head(H, b"CONTENT-LENGTH: 5\r\n\t0") + b"12345" + INNER,
    head(H, b"Transfer-Encoding: chunked\r\n x") + b"0\r\n\r\n" + INNER,
    head(H, b"X: a\r\n Content-Length: 5") + b"12345" + INNER,
    head(H, b"\"X\": 1"),
    head(H, b"X: a\x08b"),
    head(H, start=b"GET /live HTTP/1.10"),
    head(H, start=b"GET /live HTTP/0.9"),
    head(H, start=b"GET /live HTTP/11"),
    head(H, start=b"GET /live XTTP/1.1"),
    head(H, start=b"GET /live\\x HTTP/1.1"),
    head(H, start=b"GET /live?\" HTTP/1.1"),
    head(H, start=b"GET //a@b/live<x> HTTP/1.1"),
    head(H, start=b"GET /live\x7f HTTP/1.1"),
    head(H, start=b"GET https://a:b@c/live HTTP/1.1"),
    head(H, b"Transfer-Encoding: chunked", start=b"HEAD /live HTTP/1.1") + b"0\r\n\r\n" + INNER,
    head(H, b"Content-Length: 5", start=b"HEAD /live HTTP/1.1") + b"12345" + INNER,
    head(H, b"Transfer-Encoding: chunked", start=b"GET /live HTTP/1.0") + b"0\r\n\r\n" + INNER,
    head(H, b"Content-Length: 5", start=b"PUT /live HTTP/1.1") + b"12345" + INNER,
    head(H, start=b"TRACE /live HTTP/1.1"),
    head(H, start=b"PRI * HTTP/2.0") + b"SM\r\n\r\n",
    b"GET /live\r\n\r\n" + INNER,
    head(b" Content-Length: 5", H) + b"12345" + INNER,
    head(b" Host: a", b"Content-Length: 5") + b"12345" + INNER,
    head(H, b"Content-Length: 5\r\n x\r\n y") + b"12345" + INNER,
    head(H, b"A:\r\n b", b"Content-Length: 5") + b"12345" + INNER,
    head(H, b"Content-Length\r\n : 5") + b"12345" + INNER,
    head(H, b"Content-Len\r\n gth: 5") + b"12345" + INNER,
    head(H, b"Content-Length: 5\r\n\r") + b"12345" + INNER,
    head(H, b"Connection: Content-Length", b"Content-Length: 5") + b"12345" + INNER,
    head(H, b"Expect: 100-continue", b"Content-Length: 5") + b"12345" + INNER,
    head(H, b"X: \"", b"Content-Length: 5", b"Y: \"") + b"12345" + INNER,
    head(H, b"X") + INNER,
    head(H, b"\xefContent-Length: 5") + b"12345" + INNER,
    head(H, b"Transfer-Encoding\r: chunked") + b"0\r\n\r\n" + INNER,
    head(H, b"\rTransfer-Encoding: chunked") + b"0\r\n\r\n" + INNER,
    head(H, b"\x0bTransfer-Encoding: chunked") + b"0\r\n\r\n" + INNER,
    head(H, start=b"GET /live\tHTTP/1.1") + INNER,
    head(H, start=b"GET  /live  HTTP/1.1") + INNER,
    head(H, start=b"GET /live HTTP/1.1 ") + INNER,
    b"GET /live HTTP/1.1\nHost: a\nContent-Length: 5\n\n12345" + INNER,
]
for sep in (b"\n", b"\r"):
    refused.append(head(H, b"X: a" + sep + b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + INNER)
    refused.append(head(H, b"X: a" + sep + b"Content-Length: 5") + b"12345" + INNER)

# Lines end with CRLF and nothing else, stand at their left edge and have a name; nothing hides behind a NUL.
for lines in (b"Host: a\nX: b", b"Host: a\r\nX: b\n", b"Host: a\r\n\n" + INNER, b"X: b\nHost: a", b"Host: a\rX: b", b"Host: a\r",
              b"Host: a\r\r", b"Host: a\r\n\r" + INNER, b"Host: a\r\n X: b", b"Host: a\r\n\tX: b", b"Host: a\r\nX: b\r\n c",
              b"Host: a\r\n \r\nX: b", b"Host: a\r\n: b", b"Host: a\r\n:", b"Host: a\r\nX: b\x00c", b"Host: a\x00b@c",
              b"Host: a\r\n\x00", b"Host: a\r\nX\x00: b", b"Host: a\r\nX: b\n\nGET /live HTTP/1.1\r\nHost: a"):
    refused.append(b"GET /live HTTP/1.1\r\n" + lines + b"\r\n\r\n" + INNER)
for start in (b"GET /live HTTP/1.1\n", b"GET /live HTTP/1.1\r", b"GET /live\n", b"\nGET /live HTTP/1.1\r\n", b" GET /live HTTP/1.1\r\n",
              b"GET /live\x00 HTTP/1.1\r\n", b"GET /live HTTP/1.1\x00\r\n", b"GET\x00 /live HTTP/1.1\r\n", b"GET /li\rve HTTP/1.1\r\n",
              b"GET\t/live\tHTTP/1.1\r\n", b"GET\x0b/live HTTP/1.1\r\n", b"GET /live HTTP/1.1\r\n\r\n"):
    refused.append(start + b"Host: a\r\n\r\n" + INNER)
for start in (b"X" * 300, b"X" * 20000, b"GET" * 6000, b"Get", b"gET", b"HEADER", b"GETT", b"OPTIONS", b"PATCH", b"PROPFIND", b"LOCK", b"SEARCH"):
    refused.append(start + b" /live HTTP/1.1\r\nHost: a\r\n\r\n" + INNER)
for target in (b"a:80", b"a", b"http:/live", b"HTTP://a/live", b"ftp://a/live", b"//", b"/live/../live ", b"/%", b"?x", b"*", b"*/live",
               b"/live?x=\xc3\xa4", b"/live?a b", b"/live?<", b"/live?`", b"/live?{x}", b"/live?|", b"/live?^"):
    if target not in (b"//", b"/%"):  # those are none, and not malformed
        refused.append(b"GET " + target + b" HTTP/1.1\r\nHost: a\r\n\r\n" + INNER)
for body in (b"5\r\nhello\r\n0\r\n\r\n", b"5;x=y\r\nhello\r\n0\r\n\r\n", b"5\nhello\r\n0\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n",
             b"5 \r\nhello\r\n0\r\nX: y\r\n\r\n", b"ffffffffffffffff5\r\nhello\r\n0\r\n\r\n", b"-5\r\nhello\r\n0\r\n\r\n"):
    for method in (b"GET", b"POST", b"HEAD"):
        refused.append(head(H, b"Transfer-Encoding: chunked", start=method + b" /live HTTP/1.1") + body + INNER)
refused += [
    head(H, b"Expect: 100-continue", b"Content-Length: 5"),
    head(H, b"Expect: 100-continue", b"Transfer-Encoding: chunked"),
    head(H, b"Expect: 100-continue", b"Content-Length: 5", start=b"POST /live HTTP/1.1") + b"12345" + INNER,
    head(H, b"Upgrade: h2c", b"Connection: Upgrade, HTTP2-Settings", b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA", b"Content-Length: 3") + b"abc" + INNER,
    head(H, b"Content-Length: 5", start=b"GET /live HTTP/1.0") + b"12345" + INNER,
    head(H, b"Connection: keep-alive", b"Content-Length: 5", start=b"GET /live HTTP/1.0") + b"12345" + INNER,
    head(b"Host: a", b"Host:", ),
    head(b"Host: \xff"),
    head(b"Host: a,a"),
    head(b"host: a", b"HOST: b") + INNER,
    head(H, b"Transfer-Encoding: chunked", b"Transfer-encoding: x", b"Content-Length: 0") + b"0\r\n\r\n" + INNER,
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00" * 9,
    b"GET /live\r\n" + INNER,
    b"GET\r\n\r\n" + INNER,
    b"GET  \r\n\r\n" + INNER,
    b"GET / live HTTP/1.1\r\nHost: a\r\n\r\n" + INNER,
]

# What is not refused has as many answers as requests.
fine = [
    (head(H), 1),
    (head(H) + head(H), 2),
    (head(H, b"Content-Length: 0") + head(H), 2),
    (head(H, b"Connection: close") + INNER, 1),
    (b"GET /live HTTP/1.0\r\n\r\n", 1),
    (b"\r\n" + head(H), 1),
    (head(H, b"Upgrade: h2c", b"Connection: Upgrade"), 1),
    (head(H, b"Expect: 100-continue"), 1),
    (head(H, b"Expect: something"), 1),
    (head(H) * 100, 100),
    (head(H, b"Connection: keep-alive", start=b"GET /live HTTP/1.0") + head(H), 2),
    (head(H, start=b"GET /live HTTP/1.0") + INNER, 1),
    (head(H, b"X:", b"Y:\t", b"Z: \xe4") + head(H), 2),
    (b"\r\n\r\n" + head(H) + b"\r\n" + head(H), 2),
]

bad = 0
for i, request in enumerate(refused):
    got, closed = answers(request, 3, pieces=1 if i % 3 else min(len(request), 12))
    heads = re.findall(rb"HTTP/1\.[01] (\d{3}) ", got)  # wherever it stands
    fine_so = not heads or int(heads[0]) >= 400 and b"\r\nContent-Type: application/problem+json\r\n" in got
    if len(heads) > 1 or heads and not closed or not fine_so:
        print("refused?", heads, "closed" if closed else "open", request[:120], got[:300])
        bad += 1
for request, n in fine:
    got = list(statuses(answers(request)[0]))
    if len(got) != n or any(x != 200 for x in got):
        print("fine?", got, request[:120])
        bad += 1
print(f"{len(refused)} refused, {len(fine)} answered" if bad == 0 else f"{bad} wrong")
sys.exit(1 if bad else 0)
