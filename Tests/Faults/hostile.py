"""Compares what the daemon reports with the facts while a hostile user takes sockets, processes and connections.

Arguments: the program, and for how many seconds. As root, in namespaces of its own (Tests/hostile.sh).
"""

import datetime
import json
import multiprocessing
import os
import re
import shutil
import socket
import sys
import threading
import time

import attack
from daemon import Daemon, get, prepare, verdicts

INTERVAL = 2.0
# And what a machine whose processors all have too much to do adds.
BOUND = 2 * INTERVAL + 1
FREE, RESERVED = "127.0.0.1:50010", "127.0.0.1:50030"
# In turns: the changes of one port that come too often are reported together.
OWN_PORTS = range(50100, 50110)
# In an interval of 2 s a share of 50 % is less than the 1.5 s of processor time that the defaults give to one of 30 s.
# Listeners are watched for a moment only, so that what they took has to come back.
CONFIGURATION = """
listen: [127.0.0.1:9293]
probe: {interval: 2s, cpu: 50%}
discover: {keep: 10s}
targets:
  - {name: free, ports: 50010, addresses: 127.0.0.1}
  - {name: own, ports: 50100-50109, addresses: 127.0.0.1}
  - {name: reserved, ports: 50030, addresses: 127.0.0.1}
"""
MEMORY_LIMIT = 200 << 20
# What may stay of it: the events, and what the allocator cannot give back.
MEMORY_KEPT = 24 << 20
HEALTH_LIMIT = 1.0
SOCKETS = 95_000


class Observer:
    def __init__(self, daemon):
        self.daemon = daemon
        self.faults = []
        self.changes = []
        self.delays = []
        self.health = []
        self.peak = 0
        self.ended = threading.Event()

    def fault(self, text):
        print(f"FAULT at {time.strftime('%H:%M:%S')}: {text}", flush=True)
        self.faults.append(text)

    def watch_health(self):
        """Responds within a second whatever other clients do; memory stays within its limit."""
        while not self.ended.wait(0.5):
            start = time.monotonic()
            try:
                status, content = get("/-/healthy", 5)
                elapsed = time.monotonic() - start
                self.health.append(elapsed)
                if elapsed > HEALTH_LIMIT:
                    self.fault(f"/-/healthy answered after {elapsed:.2f} s")
                if status != 200:
                    self.fault(f"/-/healthy: {status} {content.decode(errors='replace')[:200]}")
            except OSError as error:
                self.fault(f"/-/healthy: {error!r} after {time.monotonic() - start:.2f} s")
            try:
                self.peak = max(self.peak, self.daemon.memory())
            except OSError:
                return
            if self.peak > MEMORY_LIMIT:
                self.fault(f"{self.peak >> 20} MiB of memory")
                return

    def seen(self):
        for _ in range(3):
            try:
                status, content = get("/v1/status", 5)
                if status == 200:
                    return verdicts(content)
            except OSError:
                pass
            time.sleep(0.05)
        self.fault("/v1/status: no answer in three attempts")
        return {}

    def await_verdict(self, endpoint, wanted):
        """Waits until the verdict of a target whose self-connections we make is reported."""
        start = time.monotonic()
        while (elapsed := time.monotonic() - start) < 20:
            found = self.seen()
            self.check_constant(found)
            if found.get(endpoint, ("",))[0] in wanted:
                self.delays.append(elapsed)
                if elapsed > BOUND:
                    self.fault(f"{endpoint} was {'/'.join(wanted)} after {elapsed:.1f} s")
                return
            time.sleep(0.1)
        self.fault(f"{endpoint} is {found.get(endpoint)} after {elapsed:.1f} s, in truth {'/'.join(wanted)}")

    def check_constant(self, found):
        for endpoint, truth in ((FREE, "susceptible"), (RESERVED, "reserved")):
            if found and found.get(endpoint, ("missing",))[0] != truth:
                self.fault(f"{endpoint}: {found.get(endpoint)}, in truth {truth}")

    @staticmethod
    def own_connection(port):
        """Connects a socket to itself, and ends it without a trace."""
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.bind(("127.0.0.1", port))
        client.connect(("127.0.0.1", port))
        assert client.getsockname() == client.getpeername()
        client.send(b"to myself")
        return client

    def turn(self, port):
        made = time.time()
        endpoint = f"127.0.0.1:{port}"
        connection = self.own_connection(port)
        self.await_verdict(endpoint, {"self-connected"})
        time.sleep(1)
        connection.close()
        self.await_verdict(endpoint, {"susceptible"})
        events = json.loads(get("/v1/events", 5)[1])["events"]
        own = {
            event.get("verdict")
            for event in events
            if event.get("endpoint") == endpoint and moment(event["at"]) > made - 1
        }
        if not own >= {"self-connected", "susceptible"}:
            self.fault(f"/v1/events has only {own} of {endpoint}")
        time.sleep(1)


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def become_daemon():
    os.setgroups([])
    os.setresgid(65533, 65533, 65533)
    os.setresuid(65533, 65533, 65533)


def start_attack(opened):
    taken = {50010, 50030, *OWN_PORTS}
    ports = [port for port in range(32768, 61000) if port not in taken]
    holders = 6
    parts = [(attack.flap, (ports,))] * 2 + [(attack.half_open, ()), (attack.pipeline, ()), (attack.pipeline, ())]
    count = SOCKETS // 2 // holders + 1
    parts += [(attack.hold_connections, (ports[:16000], count, index, opened)) for index in range(holders)]
    chosen = os.environ.get("HOSTILE_PARTS", "")
    parts = [part for part in parts if re.search(chosen, part[0].__name__)]
    processes = [multiprocessing.Process(target=part, args=arguments) for part, arguments in parts]
    for process in processes:
        process.start()
    return processes


def main():
    program, duration = sys.argv[1], float(sys.argv[2])
    prepare("32768 60999", "50030")
    os.umask(0)
    daemon = Daemon(program, CONFIGURATION, become_daemon)
    os.chmod(daemon.folder, 0o755)
    daemon.wait_until_ready()
    time.sleep(2)
    before = daemon.memory()
    descriptors = daemon.fewest_descriptors()
    observer = Observer(daemon)
    opened = multiprocessing.Value("i", 0)
    used = daemon.processor_time()
    processes = start_attack(opened)
    health = threading.Thread(target=observer.watch_health)
    health.start()
    start = time.monotonic()
    turns = 0
    while time.monotonic() - start < duration and not daemon.end():
        try:
            observer.turn(OWN_PORTS[turns % len(OWN_PORTS)])
            turns += 1
        except OSError as error:
            observer.fault(f"the observer: {error!r}")
            time.sleep(0.5)
    used = (daemon.processor_time() - used) / (time.monotonic() - start) if not daemon.end() else 0
    observer.ended.set()
    health.join()
    for process in processes:
        process.kill()
        process.join()
    print(f"sockets of the hostile user: {opened.value} that stay, and listeners, self-connections and clients")
    if daemon.end():
        observer.fault(daemon.end())
    else:
        end = time.monotonic() + 100
        while (after := daemon.memory()) > before + MEMORY_KEPT and time.monotonic() < end:
            time.sleep(0.5)
        if after > before + MEMORY_KEPT:
            observer.fault(f"memory stays at {after >> 20} MiB, {before >> 20} before")
        left = daemon.fewest_descriptors()
        if left > descriptors + 8:
            observer.fault(f"{left} descriptors stay, {descriptors} before")
        print(f"memory: {before >> 20} MiB before, at most {observer.peak >> 20}, {after >> 20} afterwards")
        print(f"descriptors: {descriptors} before, {left} afterwards; processor: {used:.1%} of a core")
    log = daemon.log()
    if found := re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", log):
        observer.fault(f"the log has control characters: {sorted(set(found))!r}")
    print(f"log: {log.count(chr(10))} lines, {len(log) >> 10} KiB")
    if observer.delays:
        print(f"verdicts: {turns} turns, after {max(observer.delays):.1f} s at most, bound {BOUND:.0f} s")
    if observer.health:
        print(f"/-/healthy: {len(observer.health)} answers, after {max(observer.health):.3f} s at most")
    daemon.stop()
    shutil.rmtree(daemon.folder)
    print(f"{len(observer.faults)} faults in {duration:.0f} seconds" if observer.faults else "nothing wrong")
    sys.exit(1 if observer.faults else 0)


if __name__ == "__main__":
    main()
