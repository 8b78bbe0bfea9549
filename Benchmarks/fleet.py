"""Serves the metrics of any number of hosts: fleet.py FOLDER PORT, host 17 at the path /17.

FOLDER has two scrapes, a minute apart, of a daemon with the remedy (safe.1, safe.2) and of one without (exposed.1,
exposed.2). Each value continues to change as it did between the two. One host of ten is exposed, and every ten minutes
another one.
"""

import gzip
import http.server
import socketserver
import sys
import time

SPACING = 60
PERIOD = 600


class Scrape:
    """A scrape that continues: texts, and between them values with their change per second."""

    def __init__(self, folder, name):
        first, second = (open(f"{folder}/{name}.{number}").read().splitlines() for number in (1, 2))
        before = dict(line.rsplit(" ", 1) for line in first if not line.startswith("#"))
        self.texts, self.values = [], []
        text = ""
        for line in second:
            series, value = line.rsplit(" ", 1)
            if line.startswith("#") or before.get(series, value) == value:
                text += line + "\n"
                continue
            self.texts.append(f"{text}{series} ")
            self.values.append((float(value), (float(value) - float(before[series])) / SPACING))
            text = "\n"
        self.rest = text

    def text(self, seconds):
        values = (f"{value + rate * seconds:.6f}" for value, rate in self.values)
        return "".join(text + value for text, value in zip(self.texts, values)) + self.rest


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        now = time.monotonic() - START
        host = int(self.path[1:])
        # Hosts change at different times.
        is_exposed = (host + int((now + host % PERIOD) / PERIOD)) % 10 == 0
        content = (EXPOSED if is_exposed else SAFE).text(now).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            content = gzip.compress(content, 1)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 4096


START = time.monotonic()
SAFE, EXPOSED = (Scrape(sys.argv[1], name) for name in ("safe", "exposed"))
Server(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()
