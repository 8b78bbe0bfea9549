"""Network namespaces that the observer makes, and what is true of the port in each."""

import contextlib
import ctypes
import fcntl
import itertools
import os
import random
import signal
import socket
import struct
import subprocess
import threading
import time

from work import CLONE_NEWNET, PORT_ELSEWHERE, RESET, libc, listen

MS_BIND, MNT_DETACH = 4096, 2
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
FOLDER = "/run/netns"
LOOPBACK = "127.0.0.1"


def check(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def unshare():
    """Moves the calling thread into a new namespace."""
    check(libc.unshare(CLONE_NEWNET), "unshare")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def keep_as_file(name):
    """A file under /run/netns stands for the calling thread's namespace."""
    path = f"{FOLDER}/{name}"
    with open(path, "x", encoding="ascii"):
        pass
    own = f"/proc/self/task/{threading.get_native_id()}/ns/net".encode()
    check(libc.mount(own, path.encode(), None, MS_BIND, None), "mount")


def remove_file(name):
    check(libc.umount2(f"{FOLDER}/{name}".encode(), MNT_DETACH), "umount")
    os.unlink(f"{FOLDER}/{name}")


def elsewhere(body):
    """Runs it in a thread, which may move into another namespace."""
    faults = []

    def guarded():
        try:
            body()
        except OSError as error:
            faults.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()
    thread.join()
    if faults:
        raise faults[0]


class Space:
    """A namespace with a server that comes and goes. One end of a pair of interfaces is outside: it disappears when the
    kernel has freed the namespace, and only then."""

    # What is done to the port, one after another, and the verdicts that are right then.
    STEPS = (
        ("listen", {"latent"}), ("reserve", {"reserved"}), ("free", {"latent"}), ("close", {"susceptible"}),
        ("connect", {"self-connected"}), ("reset", {"susceptible"}), ("listen", {"latent"}),
    )

    def __init__(self, number, is_file):
        self.name = f"long{number}" if is_file else None
        self.outside = f"outside{number}"
        self.step, self.right, self.socket, self.process = 0, None, None, None
        elsewhere(self.make)
        self.path = f"{FOLDER}/{self.name}" if is_file else f"/proc/{self.process.pid}/ns/net"
        self.inode = os.stat(self.path).st_ino
        subprocess.run(
            ["ip", "link", "add", self.outside, "type", "veth", "peer", "name", "inside", "netns",
             self.name or str(self.process.pid)], check=True)
        self.take_step()

    def make(self):
        unshare()
        if self.name:
            keep_as_file(self.name)
        else:
            self.process = subprocess.Popen(["sleep", "infinity"])

    def take_step(self):
        """Changes what is true of the port; False if there is nothing more to do."""
        if self.step == len(self.STEPS):
            return False
        elsewhere(self.inside)
        self.right = self.STEPS[self.step][1]
        self.step += 1
        return True

    def inside(self):
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            check(libc.setns(descriptor, CLONE_NEWNET), f"setns {self.path}")
        finally:
            os.close(descriptor)
        action = self.STEPS[self.step][0]
        if action in ("close", "reset", "connect"):
            self.close()
        if action == "listen":
            self.socket = listen(PORT_ELSEWHERE)
        elif action == "connect":
            self.socket = connect_to_itself()
        elif action in ("reserve", "free"):
            task = f"/proc/self/task/{threading.get_native_id()}"
            assert os.stat(f"{task}/ns/net").st_ino == self.inode, "a sysctl of another namespace"
            with open("/proc/sys/net/ipv4/ip_local_reserved_ports", "w", encoding="ascii") as file:
                file.write(f"{PORT_ELSEWHERE}\n" if action == "reserve" else "\n")

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket = None

    def remove(self):
        self.close()
        if self.process:
            self.process.kill()
            self.process.wait()
        else:
            remove_file(self.name)


def connect_to_itself():
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    connection.bind((LOOPBACK, PORT_ELSEWHERE))
    connection.connect((LOOPBACK, PORT_ELSEWHERE))
    return connection


class Crowd:
    """A process that makes namespaces and removes them as fast as it can: each has a process, or a file, or both, and a
    server on the port. `made` is the number of them so far."""

    AT_ONCE = 16
    LONGEST = 0.3

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.reader, False)
        self.made = self.refused = 0
        self.is_ending = False
        self.process = os.fork()
        if self.process == 0:
            signal.signal(signal.SIGTERM, self.note_end)
            self.work()
            os._exit(0)

    def note_end(self, *_):
        self.is_ending = True

    def count(self):
        with contextlib.suppress(BlockingIOError):
            while octets := os.read(self.reader, 65536):
                self.refused += octets.count(b"-")
                self.made += octets.count(b"+")

    def stop(self):
        os.kill(self.process, signal.SIGTERM)
        status = os.waitpid(self.process, 0)[1]
        self.count()
        return status == 0

    def work(self):
        os.nice(5)
        living = {}
        for number in itertools.count():
            if self.is_ending and not living:
                return
            if not self.is_ending and len(living) < self.AT_ONCE:
                name = f"short{os.getpid()}-{number}" if self.chance.random() < 0.5 else None
                living[self.begin(name)] = name
            is_full = self.is_ending or len(living) == self.AT_ONCE
            process, status = os.waitpid(-1, 0 if is_full else os.WNOHANG)
            if process:
                self.end(living.pop(process), status)

    def begin(self, name):
        lifetime = self.chance.random() * self.LONGEST
        process = os.fork()
        if process == 0:
            try:
                unshare()
                if name:
                    keep_as_file(name)
                with listen(PORT_ELSEWHERE):
                    time.sleep(lifetime)
                os._exit(0)
            except OSError:
                os._exit(1)
        return process

    def end(self, name, status):
        if name and os.path.exists(f"{FOLDER}/{name}"):
            remove_file(name)
        os.write(self.writer, b"+" if status == 0 else b"-")
        if status != 0:
            time.sleep(0.01)  # The kernel has not freed enough of those that were removed.


def room():
    """How many namespaces more the kernel permits: the others are there, whatever keeps them."""
    held = []

    def fill():
        with contextlib.suppress(OSError):
            while True:
                check(libc.unshare(CLONE_NEWNET), "unshare")
                held.append(os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net", os.O_RDONLY))

    elsewhere(fill)
    for descriptor in held:
        os.close(descriptor)
    return len(held)


def present():
    """The inodes of all namespaces that a process or a file stands for."""
    found = set()
    for directory, names in (("/proc", filter(str.isdigit, os.listdir("/proc"))), (FOLDER, os.listdir(FOLDER))):
        for name in names:
            path = f"{directory}/{name}"
            with contextlib.suppress(OSError):
                found.add(os.stat(f"{path}/ns/net" if directory == "/proc" else path).st_ino)
    return found
