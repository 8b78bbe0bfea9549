"""Files of the kernel that are not what they should be: each is covered by another for a while."""

import collections
import contextlib
import ctypes
import enum
import os
import platform
import shutil
import struct
import subprocess
import tempfile

RANGE = "/proc/sys/net/ipv4/ip_local_port_range"
RESERVED = "/proc/sys/net/ipv4/ip_local_reserved_ports"
REUSE = "/proc/sys/net/ipv4/ip_autobind_reuse"
STEP = "/proc/sys/net/ipv4/ip_local_port_step_width"


class Special(enum.Enum):
    FIFO = 1
    MISSING = 2


FIFO, MISSING = Special
THREAD_NET = "/proc/thread-self/net"

# is_fault: /-/healthy has to be 503 and to name `word`. truth: what verdicts may be meanwhile, beside `inconclusive`.
Case = collections.namedtuple("Case", "name path content is_fault word truth without_netlink")


def cases(form):
    found = []

    def add(path, what, content, is_fault=True, without_netlink=False, truth=None):
        word = os.path.basename(path)
        name = f"{path} {what}" + (" without netlink" if without_netlink else "")
        found.append(Case(name, path, content, is_fault, word, truth or {}, without_netlink))

    huge = ",".join(str(port) for port in range(1, 65536, 2)) + "\n"
    add(RANGE, "empty", "")
    add(RANGE, "0 0", "0\t0\n")
    add(RANGE, "garbage", "garbage\x1b[31m\n")
    add(RANGE, "a FIFO", FIFO)
    add(RANGE, "gone", MISSING)
    add(RESERVED, "garbage", "1-,x\n")
    # It is what a kernel without reserved ports has, and the port is not free all the same.
    add(RESERVED, "empty", "", is_fault=False)
    add(RESERVED, "a FIFO", FIFO)
    # Without it holders are unknown, which verdicts say.
    add("/proc/thread-self/net/tcp", "empty", "", is_fault=False, without_netlink=True)
    add("/proc/thread-self/net/tcp", "garbage", "x" * 600, is_fault=False, without_netlink=True)
    if form == "short":
        return found
    add(RANGE, "upside down", "50999\t49000\n")
    add(RANGE, "one number", "49000\n")
    add(RANGE, "three numbers", "49000 50000 51000\n")
    add(RANGE, "too large", "49000\t99999\n")
    add(RANGE, "negative", "-1\t51000\n")
    add(RANGE, "huge", "49000 51000" + " " * (3 << 20))
    add(RANGE, "NUL", "\0" * 32)
    add(RESERVED, "huge", "x" * (3 << 20))
    add(RESERVED, "NUL", "\0" * 32)
    add(RESERVED, "beyond 65535", "65530-70000\n")
    add(RESERVED, "upside down", "50030-50010\n")
    add(RESERVED, "every second port", huge, is_fault=False, truth={
        f"127.0.0.1:{port}": {"reserved", "susceptible"} for port in (50010, 50012, 50013, 50014)})
    add(REUSE, "garbage", "garbage\n")
    add(REUSE, "empty", "")
    add(STEP, "garbage", "garbage\n")
    for name in ("tcp", "tcp6"):
        path = f"/proc/thread-self/net/{name}"
        add(path, "a header only", "  sl  local_address\n", is_fault=False, without_netlink=True)
        add(path, "a FIFO", FIFO, is_fault=False, without_netlink=True)
        add(path, "huge", ("x" * 100 + "\n") * (1 << 16), is_fault=False, without_netlink=True)
        add(path, "cut in a line", "  sl  local_address\n   0: 0100007F:C3", is_fault=False, without_netlink=True)
    return [case for case in found if case.content is MISSING or os.path.exists(case.path)]


class Cover:
    """A mount over the file, in the mount namespace that the daemon shares with us."""

    def __init__(self, case, pid):
        self.folder = tempfile.mkdtemp(prefix="faults-")
        self.mounts = []
        if case.content is MISSING:
            self.mount("-t", "tmpfs", "none", os.path.dirname(case.path))
            return
        source = os.path.join(self.folder, os.path.basename(case.path))
        if case.content is FIFO:
            os.mkfifo(source)
        else:
            with open(source, "w", encoding="ascii") as file:
                file.write(case.content)
        if not case.path.startswith(THREAD_NET):
            self.mount("--bind", source, case.path)
            return
        # A mount over one of these files would go with the next look at it (proc_net_d_revalidate): the folder stays.
        for other in {"tcp", "tcp6"} - {os.path.basename(case.path)}:
            shutil.copyfile(f"{THREAD_NET}/{other}", os.path.join(self.folder, other))
        for task in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(subprocess.CalledProcessError):  # The thread of a reload has ended.
                self.mount("--bind", self.folder, f"/proc/{pid}/task/{task}/net")

    def mount(self, *arguments):
        subprocess.run(["mount", "-n", *arguments], check=True, stderr=subprocess.DEVNULL)
        self.mounts.append(arguments[-1])

    def take_away(self):
        for path in reversed(self.mounts):
            subprocess.run(["umount", "-n", "--lazy", path], check=False, stderr=subprocess.DEVNULL)
        self.mounts = []
        shutil.rmtree(self.folder)


def refuse_netlink():
    """In the child, before the program: socket(AF_NETLINK) is EAFNOSUPPORT from now on (seccomp(2))."""
    number = {"x86_64": 41, "aarch64": 198}[platform.machine()]
    program = [
        (0x20, 0, 0, 0),  # the call's number
        (0x15, 0, 3, number),
        (0x20, 0, 0, 16),  # its first argument
        (0x15, 0, 1, 16),  # AF_NETLINK
        (0x06, 0, 0, 0x00050000 | 97),
        (0x06, 0, 0, 0x7FFF0000),
    ]
    octets = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(octets)
    filter_program = struct.pack("HxxxxxxQ", len(program), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, ctypes.c_char_p(filter_program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
