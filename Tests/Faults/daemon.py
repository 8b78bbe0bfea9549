"""A daemon under observation: its configuration, its answers over plain sockets, and what /proc shows of it."""

import itertools
import json
import os
import signal
import socket
import subprocess
import tempfile
import time

PORT = 9293
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def sysctl(name, value):
    with open(f"/proc/sys/net/ipv4/{name}", "w", encoding="ascii") as file:
        file.write(value)


def prepare(port_range, reserved):
    """The network namespace of the calling thread, which is new."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    sysctl("ip_local_port_range", port_range)
    sysctl("ip_local_reserved_ports", reserved)


# Of our own connections: outside of every range, or one of them would be given a watched port.
sources = itertools.cycle(range(10000, 30000))


def get(path, timeout=5.0, accept="*/*"):
    """Status and content of an answer; the connection's end is the daemon's."""
    with socket.socket() as connection:
        connection.settimeout(timeout)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        connection.bind(("127.0.0.1", next(sources)))
        connection.connect(("127.0.0.1", PORT))
        end = time.monotonic() + timeout
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n\r\n".encode())
        received = bytearray()
        while octets := connection.recv(65536):
            received += octets
            if time.monotonic() > end:
                raise TimeoutError
    head, _, content = bytes(received).partition(b"\r\n\r\n")
    if not head:
        raise ConnectionError("no answer")
    return int(head.split()[1]), content


class Daemon:
    def __init__(self, program, configuration, before=None):
        self.folder = tempfile.mkdtemp(prefix="faults-")
        self.path = os.path.join(self.folder, "selfconnectd.yaml")
        self.log_path = os.path.join(self.folder, "log")
        with open(self.path, "w", encoding="ascii") as file:
            file.write(configuration)
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [program, "run", "--config", self.path], stdin=subprocess.DEVNULL, stderr=log, stdout=log,
                preexec_fn=before,
            )
        self.pid = self.process.pid

    def wait_until_ready(self, timeout=30.0):
        end = time.monotonic() + timeout
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"the daemon did not start: {self.log()[-2000:]}")
            try:
                if get("/-/ready")[0] == 200:
                    return
            except OSError:
                pass
            if time.monotonic() > end:
                raise RuntimeError(f"not ready: {self.log()[-2000:]}")
            time.sleep(0.05)

    def log(self):
        with open(self.log_path, "rb") as file:
            return file.read().decode(errors="replace")

    def log_size(self):
        return os.stat(self.log_path).st_size

    def end(self):
        """How it has ended; None while it runs."""
        code = self.process.poll()
        if code is None:
            return None
        return f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def processor_time(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self):
        """Resident octets that are no pages of files."""
        with open(f"/proc/{self.pid}/statm", encoding="ascii") as file:
            fields = file.read().split()
        return (int(fields[1]) - int(fields[2])) * PAGE

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def fewest_descriptors(self):
        """Between two probes; those of our own requests go a moment after them."""
        fewest = self.descriptors()
        for _ in range(15):
            time.sleep(0.02)
            fewest = min(fewest, self.descriptors())
        return fewest


def verdicts(content):
    """By endpoint: verdict and severity."""
    return {target["endpoint"]: (target["verdict"], target["severity"]) for target in json.loads(content)["targets"]}
