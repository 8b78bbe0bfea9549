"""Hosts to look at: each a daemon in this network namespace, with the sockets that make its verdicts."""
import ctypes
import json
import os
import shutil
import signal
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Faults"))
from daemon import PORT, Daemon, get

ADDRESS = f"http://127.0.0.1:{PORT}"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


class Scene:
    """A daemon with these targets, each a name and ports, and with processes that have sockets."""

    def __init__(self, program, targets, owners=(), verdicts=(), has_map=False):
        self.owners = list(owners)
        targets = [{"name": name, "ports": [ports]} for name, ports in targets]
        # The default limit would take half an hour for the picture of the range.
        self.daemon = Daemon(program, json.dumps({"map": {"cpu": "100%"}, "targets": targets}))
        self.daemon.wait_until_ready(180)
        deadline = time.monotonic() + 180
        while not self._shows(set(verdicts), has_map):
            if self.daemon.end() or time.monotonic() > deadline:
                raise RuntimeError(f"the daemon does not show {verdicts}: {self.daemon.log()}")
            time.sleep(0.2)

    @staticmethod
    def _shows(verdicts, has_map):
        status, content = get("/v1/summary", 60)
        return (status == 200 and verdicts <= set(json.loads(content)["summary"]["by_verdict"])
                and (not has_map or get("/v1/map.svg", 60)[0] == 200))

    def close(self):
        self.daemon.stop()
        shutil.rmtree(self.daemon.folder)
        for process in self.owners:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def process(name, opening, *ports):
    """A process of this name with the sockets that a function opens."""
    ready, is_open = os.pipe()
    child = os.fork()
    if child == 0:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(15, name.encode(), 0, 0, 0)  # PR_SET_NAME
        sockets = opening(*ports)
        os.write(is_open, b"." if sockets else b"")
        while True:
            signal.pause()
    os.close(is_open)
    if not os.read(ready, 1):
        raise RuntimeError(f"{opening.__name__} failed for {ports}")
    os.close(ready)
    return child


def self_connection(port):
    """A socket that is connected to itself and has sent itself something."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    client.bind(("127.0.0.1", port))
    client.connect(("127.0.0.1", port))
    client.sendall(b"PING\r\n")
    return [client]


def listener(*ports):
    """Listeners."""
    sockets = []
    for port in ports:
        sockets.append(socket.socket())
        sockets[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sockets[-1].bind(("127.0.0.1", port))
        sockets[-1].listen()
    return sockets


def connection(port, server):
    """A connection from a port to a server."""
    client = socket.socket()
    client.bind(("127.0.0.1", port))
    client.connect(("127.0.0.1", server))
    return [client]


def calm(program):
    """None wrong: every port is outside the range."""
    return Scene(program, [("web", 8080), ("postgresql", 5432), ("redis", 6379), ("etcd-client", 2379)])


def incident(program):
    """A port that is self-connected and one that is stolen, with others that are exposed, held and safe."""
    targets = [("hdfs-datanode", 50010), ("hdfs-ipc", 50020), ("hdfs-http", 50075), ("grpc-orders", 50051),
               ("spark-driver", 40404), ("etcd-peer", 42380), ("postgresql", 5432), ("web", 8080)]
    owners = [process("java", self_connection, 50010), process("etcd", listener, 2379, 42380),
              process("kube-apiserver", connection, 50051, 2379)]
    return Scene(program, targets, owners, ["self-connected", "stolen", "latent", "susceptible"], has_map=True)


def crowd(program):
    """2,000 targets: each port is watched on the loopback addresses of both families."""
    targets = [("shard", "33000-33899"), ("broker", "45000-45097"), ("api", 8080), ("admin", 8081)]
    return Scene(program, targets, [process("kafka", self_connection, 45010)], ["self-connected"])


def hostile(program):
    """Names of targets and processes that are markup."""
    targets = [(HOSTILE, 50010), ("\"><svg onload=alert(3)>", 50012), ("long" * 30, 50014), ("fdp.\u202eexe", 50016)]
    owners = [process("</td><b>x</b>", self_connection, 50010), process("'\"><i>&amp;", listener, 50100)]
    return Scene(program, targets, owners, ["self-connected"])
