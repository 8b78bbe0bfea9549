"""What happens on the host meanwhile: each function is one thread's work, until `ended` is set."""

import ctypes
import itertools
import os
import random
import socket
import struct
import subprocess
import threading
import time

from daemon import get, sysctl

LISTENING = range(40000, 40400)
STOLEN = range(40400, 40450)
SELF_CONNECTED = range(40450, 40460)
GUARDED = range(40460, 40510)
RESERVED = range(40510, 40530)
REDIRECTED, DROPPED = 40530, 40531
TARGETS = range(40000, 41000)
# Outside of every range that is set.
SINK = 1999
SPACES = [f"space{number}" for number in range(50)]
PORT_ELSEWHERE = 50051
WIDE, NARROW = "32768 60999", "45000 60999"
CLONE_NEWNET = 0x40000000
RESET = struct.pack("ii", 1, 0)

libc = ctypes.CDLL(None, use_errno=True)
ended = threading.Event()


def wait(seconds):
    """False once the work is to end."""
    return not ended.wait(seconds)


def listen(port):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", port))
    server.listen(16)
    return server


def client(port, peer):
    """A connection that ends without TIME-WAIT."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.bind(("127.0.0.1", port))
    connection.connect(("127.0.0.1", peer))
    return connection


def sink():
    """A server that keeps what connects to it, for as long as the other end does."""
    server = listen(SINK)
    server.settimeout(0.2)
    accepted = []
    while not ended.is_set():
        try:
            accepted.append(server.accept()[0])
        except TimeoutError:
            pass
        for connection in accepted[:]:
            connection.settimeout(0)
            try:
                if not connection.recv(4096):
                    raise ConnectionError
            except BlockingIOError:
                pass
            except OSError:
                connection.close()
                accepted.remove(connection)


def listeners(seed):
    """Servers come and go."""
    chance, held = random.Random(seed), {}
    while wait(0.1):
        port = chance.choice(LISTENING)
        if port in held:
            held.pop(port).close()
        else:
            held[port] = listen(port)


def thieves(seed, choice, seconds, peer_of):
    """Connections have ports of targets as their source ports."""
    chance, held = random.Random(seed), {}
    while wait(seconds / len(choice) * 2):
        port = chance.choice(choice)
        if port in held:
            held.pop(port).close()
            continue
        try:
            held[port] = client(port, peer_of(port))
        except OSError:
            pass  # The daemon's guard or probe has the port at this moment.


def kernel_lists(_):
    """The reserved ports and the range change."""
    for step in range(1 << 30):
        if not wait(14):
            break
        sysctl("ip_local_reserved_ports", "40510-40529" if step % 2 == 0 else "40520-40529")
        if step % 3 == 2:
            sysctl("ip_local_port_range", NARROW)
            wait(25)
            sysctl("ip_local_port_range", WIDE)


def filters(flags):
    """A redirection and a dropping filter appear and go; `flags` has what is in force."""
    rules = {
        "redirected": f"chain out {{ type nat hook output priority -100; tcp dport {REDIRECTED} redirect to :{SINK}; }}",
        "dropped": f"chain out {{ type filter hook output priority 0; tcp dport {DROPPED} drop; }}",
    }
    while wait(16):
        for name, rule in rules.items():
            subprocess.run(["nft", f"table ip {name} {{ {rule}; }}"], check=True)
            flags[name] = True
            wait(25)
            subprocess.run(["nft", "delete", "table", "ip", name], check=True)
            flags[name] = False


def enter(space):
    descriptor = os.open(f"/run/netns/{space}", os.O_RDONLY)
    try:
        if libc.setns(descriptor, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {space}")
    finally:
        os.close(descriptor)


def listen_in(space, servers):
    def body():
        enter(space)
        servers[space] = listen(PORT_ELSEWHERE)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()


def make(space):
    subprocess.run(["ip", "netns", "add", space], check=True)
    subprocess.run(["ip", "-netns", space, "link", "set", "lo", "up"], check=True)


def spaces(seed, present):
    """Network namespaces come and go, and so do the servers in them; `present` has those that are complete, each with a
    number that it has had only once."""
    chance, servers, numbers = random.Random(seed), {}, itertools.count()
    for space in SPACES:
        make(space)
        listen_in(space, servers)
        present[space] = next(numbers)
    while wait(2):
        space = chance.choice(SPACES)
        if server := servers.pop(space, None):
            server.close()
        elif chance.random() < 0.5:
            del present[space]
            subprocess.run(["ip", "netns", "delete", space], check=True)
            make(space)
            listen_in(space, servers)
            present[space] = next(numbers)
        else:
            listen_in(space, servers)


class Requests:
    """How many requests had the right answer and how many had not, without those that could have none: `is_excused` says
    so for those that began at a time."""

    def __init__(self, is_excused):
        self.is_excused = is_excused
        self.answered = self.failed = 0

    def ask(self, path, right):
        start = time.monotonic()
        try:
            is_right = get(path, 10)[0] == right
        except OSError:
            is_right = False
        if is_right:
            self.answered += 1
        elif not self.is_excused(start):
            self.failed += 1


def requests(count):
    """Scrapes, and people who look."""
    for path in itertools.cycle(
            ["/metrics", "/v1/status", "/v1/events", "/v1/summary", "/v1/namespaces", "/", "/?q=guarded", "/nothing"]):
        if not wait(0.3):
            break
        count.ask(path, 404 if path == "/nothing" else 200)


def crowd(_):
    """All connections are taken for a moment."""
    while wait(20):
        held = []
        for _ in range(300):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            connection.settimeout(1)
            held.append(connection)
            try:
                connection.bind(("127.0.0.1", 2000 + len(held)))
                connection.connect(("127.0.0.1", 9293))
            except OSError:
                break
        wait(3)
        for connection in held:
            connection.close()
