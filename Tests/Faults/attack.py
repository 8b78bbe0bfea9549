"""What the hostile user does, each part in processes of its own: never on the ports of the configured targets."""

import ctypes
import os
import random
import resource
import signal
import socket
import time

from daemon import PORT

USER = 65534
NAMES = [b"\x1b[31mred\x1b[0m", b"a\nnotice: ok", b"\r\x07bell", b"\xff\xfe\x80", b"\x9b31m", b"x\"}\\u0000{"]


def become_user():
    """Also without the rights that root's namespaces have, and behind others in the queue for the processor."""
    os.nice(10)
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)


def rename(name):
    ctypes.CDLL(None).prctl(15, ctypes.c_char_p(name), 0, 0, 0)


def address():
    return f"127.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(1, 255)}"


def flap(ports):
    """Hundreds of listeners that come and go, under names that are not for terminals, and short self-connections."""
    become_user()
    listeners = []
    while True:
        rename(random.choice(NAMES))
        for _ in range(40):
            listener = socket.socket()
            try:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind((random.choice(["127.0.0.1", "0.0.0.0", address()]), random.choice(ports)))
                listener.listen()
                listeners.append(listener)
            except OSError:
                listener.close()
        for _ in range(20):
            with socket.socket() as client:
                try:
                    client.settimeout(0.05)
                    end = (address(), random.choice(ports))
                    client.bind(end)
                    client.connect(end)
                    if random.random() < 0.5:
                        client.send(b"x")
                    time.sleep(random.choice([0, 0.001, 0.02]))
                except OSError:
                    pass
        random.shuffle(listeners)
        while len(listeners) > 300:
            listeners.pop().close()
        time.sleep(0.05)


def hold_connections(ports, count, index, opened):
    """Keeps this number of connections open, two sockets each."""
    become_user()
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    count = min(count, (soft - 64) // 2)
    # Below the range, of which others make use.
    sink = socket.socket()
    sink.bind((f"127.9.{index}.1", 20000 + index))
    sink.listen(4096)
    kept = []
    for number in range(count):
        client = socket.socket()
        try:
            client.bind((f"127.10.{index}.{1 + number // len(ports)}", ports[number % len(ports)]))
            client.connect(sink.getsockname())
            kept += [client, sink.accept()[0]]
        except OSError:  # A listener of ours has the port.
            client.close()
        if number % 100 == 0:
            time.sleep(0.01)
    with opened.get_lock():
        opened.value += len(kept)
    while True:
        time.sleep(60)


def connect(number):
    """To the daemon, from an address of our own."""
    client = socket.socket()
    client.settimeout(1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        client.bind((address(), 10000 + number % 9000))
        client.connect(("127.0.0.1", PORT))
    except OSError:
        client.close()
        return None
    return client


def half_open():
    """Requests that never end, a byte now and then."""
    become_user()
    clients = []
    number = 0
    while True:
        number += 1
        if len(clients) < 400 and (client := connect(number)):
            client.setblocking(False)
            clients.append(client)
        if len(clients) < 400 and number % 20:
            continue
        for client in random.sample(clients, min(len(clients), 100)):
            try:
                client.send(random.choice([b"GET /v1/status HTTP/1.1\r\n", b"X: y\r\n", b"A"]))
                if client.recv(4096) == b"":
                    raise OSError
            except BlockingIOError:
                pass
            except OSError:
                clients.remove(client)
                client.close()
        time.sleep(0.02)


def request(path):
    return (
        f"GET {path}?severity={random.choice(['ok', 'critical,ok', 'x'])} HTTP/1.1\r\nHost: localhost\r\n"
        f"Accept: text/html\r\nAccept-Encoding: {random.choice(['gzip', 'identity'])}\r\n\r\n"
    ).encode()


def pipeline():
    """Many requests for what is dear, whose answers are read slowly or not at all."""
    become_user()
    paths = ["/v1/status", "/v1/targets", "/v1/map.svg", "/", "/metrics", "/v1/events", "/v1/sockets", "/openapi.json"]
    number = 100_000 + os.getpid() * 17
    while True:
        number += 1
        if not (client := connect(number)):
            time.sleep(0.01)
            continue
        requests = b"".join(request(random.choice(paths)) for _ in range(64))
        try:
            client.sendall(requests)
            for _ in range(random.choice([0, 5, 1000])):
                if not client.recv(65536):
                    break
        except OSError:
            pass
        client.close()
        time.sleep(0.01)
