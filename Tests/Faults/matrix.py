"""The matrix of faults: a daemon in service, a fault for some seconds, and what has to hold meanwhile and afterwards.

Arguments: the program, and `short` or `long`. Runs as root of a user namespace at least, in a process, mount and
network namespace of its own (Tests/faults.sh). FAULT_LANES daemons run side by side, FAULT_ROWS chooses rows by a regular
expression.
"""

import collections
import ctypes
import multiprocessing
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import calls
import files
from daemon import Daemon, get, prepare, verdicts

CLONE_NEWNS = 0x00020000
CLONE_NEWNET = 0x40000000

LISTENER = 50040
CONFIGURATION = """
listen: [127.0.0.1:9293]
probe: {interval: 200ms, timeout: 100ms, loop: {interval: 1s, attempts: 2000, cpu: 2%}}
map: {interval: 1m}
http: {idle-timeout: 1s}
targets:
  - {name: plain, ports: 50010}
  - {name: late, ports: 50012, addresses: 127.0.0.1, clients: bind-late}
  - {name: bound, ports: 50013, addresses: 127.0.0.1, clients: bind}
  - {name: range, ports: 50014, addresses: 127.0.0.1, clients: range}
  - {name: reserved, ports: 50020, addresses: 127.0.0.1}
  - {name: outside, ports: 9999, addresses: 127.0.0.1}
  - {name: listener, ports: 50040, addresses: 127.0.0.1}
"""
TRUTH = {
    "127.0.0.1:50010": {"susceptible"},
    "[::1]:50010": {"susceptible"},
    "127.0.0.1:50012": {"susceptible"},
    "127.0.0.1:50013": {"susceptible"},
    "127.0.0.1:50014": {"susceptible"},
    "127.0.0.1:50020": {"reserved"},
    "127.0.0.1:9999": {"outside-range"},
    "127.0.0.1:50040": {"latent"},
    "127.0.0.1:9293": {"outside-range"},
}
PATHS = ["/v1/status", "/metrics", "/v1/map", "/v1/sockets", "/"]

# What a fault may cost, as a share of one core: a pass each 200 ms under strace(1) takes a tenth.
PROCESSOR_LIMIT = 0.5
# Beside those of before, some sockets may be kept for the next probe.
DESCRIPTOR_SLACK = 4
# More failures a second are a loop that tries again at once; strace(1) lets some ten thousand pass.
FAILURE_RATE = 3000
RECOVERY = 8.0

# file: the file of which alone the call fails, or the case of a file. without_netlink: whether the daemon has none.
Row = collections.namedtuple("Row", "kind name call error when file without_netlink", defaults=[None, False])
Result = collections.namedtuple("Result", "name faults notes")


def unshare(flags):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    # What is mounted here stays here.
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)


class Watcher:
    """Looks at a daemon during a fault and afterwards, and keeps what should not be."""

    def __init__(self, daemon, truth):
        self.daemon = daemon
        self.truth = truth
        self.faults = []
        self.answers = 0
        self.turn = 0
        self.shares = set()

    def fault(self, text):
        if text not in self.faults and len(self.faults) < 4:
            self.faults.append(text)

    def is_right(self, content, may_be_inconclusive):
        found = verdicts(content)
        right = True
        for endpoint, expected in self.truth.items():
            verdict, severity = found.get(endpoint, ("missing", ""))
            if verdict in expected:
                continue
            right = False
            if not (may_be_inconclusive and verdict == "inconclusive"):
                if may_be_inconclusive:
                    self.fault(f"{endpoint}: {verdict} ({severity}), in truth {'/'.join(expected)}")
        return right

    def look(self):
        """Once, under a fault: any failure of the question is the fault's."""
        self.turn += 1
        for path in ("/v1/status", PATHS[self.turn % len(PATHS)]):
            try:
                status, content = get(path, 0.4)
                if status == 200 and path == "/v1/status":
                    self.is_right(content, True)
                    self.answers += 1
            except (OSError, ValueError, IndexError):
                pass

    def during(self, seconds, action=None, limit=PROCESSOR_LIMIT):
        """Looks for so long; the action comes soon after the beginning."""
        start = time.monotonic()
        before = self.daemon.processor_time()
        while (elapsed := time.monotonic() - start) < seconds:
            if self.daemon.end():
                self.fault(self.daemon.end())
                return
            if action and elapsed > 0.2:
                action()
                action = None
            self.look()
            time.sleep(0.05)
        share = (self.daemon.processor_time() - before) / (time.monotonic() - start)
        if share > limit:
            self.fault(f"took {share:.0%} of a core")

    def recovery(self, descriptors):
        """Until all is as it was: how long that took."""
        start = time.monotonic()
        last = "no answer"
        reloaded = False
        while time.monotonic() - start < RECOVERY:
            if self.daemon.end():
                self.fault(self.daemon.end())
                return 0.0
            try:
                status, content = get("/v1/status", 2)
                healthy, reason = get("/-/healthy", 2)
                now = self.daemon.descriptors()
                if b'"last_reload_successful":false' in content.replace(b" ", b"") and not reloaded:
                    reloaded = True
                    self.daemon.reload()
                    last = "a reload fails"
                elif b'"last_reload_successful":false' in content.replace(b" ", b""):
                    last = "the next reload fails as well"
                elif healthy != 200:
                    last = f"not healthy: {reason.decode(errors='replace')[:200]}"
                elif status != 200 or not self.is_right(content, False):
                    last = f"wrong: {verdicts(content) if status == 200 else status}"
                elif now > descriptors + DESCRIPTOR_SLACK:
                    last = f"{now} descriptors, {descriptors} before"
                else:
                    return time.monotonic() - start
            except (OSError, ValueError, IndexError) as error:
                last = f"no answer: {error!r}"
            time.sleep(0.05)
        self.fault(f"after {RECOVERY:.0f} s: {last}")
        return RECOVERY


class Lane:
    """One daemon at a time in a network namespace, and the faults that it meets."""

    def __init__(self, program, form):
        self.program = program
        self.window = 1.5 if form == "short" else 2.5
        self.daemon = None
        unshare(CLONE_NEWNET | CLONE_NEWNS)
        prepare("49000 51000", "50020")
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", LISTENER))
        self.listener.listen()
        self.truth = dict(TRUTH)
        try:
            with socket.socket(socket.AF_INET6) as six:
                six.bind(("::1", 0))
        except OSError:
            del self.truth["[::1]:50010"]

    def start(self, without_netlink=False):
        self.stop()
        self.without_netlink = without_netlink
        self.daemon = Daemon(self.program, CONFIGURATION, files.refuse_netlink if without_netlink else None)
        self.daemon.wait_until_ready()
        watcher = Watcher(self.daemon, self.truth)
        # The first sweep of the map and the first loops are no fault's.
        watcher.during(1, self.daemon.reload, limit=2)
        watcher.recovery(1000)
        if watcher.faults:
            raise RuntimeError(f"without a fault: {watcher.faults}: {self.daemon.log()[-2000:]}")
        self.descriptors = self.daemon.fewest_descriptors()

    def stop(self):
        if self.daemon:
            self.daemon.stop()
            shutil.rmtree(self.daemon.folder, ignore_errors=True)
            self.daemon = None

    def seen_calls(self):
        """The system calls of a daemon in service, by strace(1)."""
        self.start()
        with tempfile.NamedTemporaryFile("r") as output:
            tracer = Tracer(self.daemon, ["-c", "-U", "calls,name"], output.name)
            Watcher(self.daemon, self.truth).during(4, self.daemon.reload)
            tracer.stop()
            rows = [line.split() for line in output]
        self.stop()
        return {row[1]: int(row[0]) for row in rows if len(row) == 2 and row[0].isdigit() and row[1] != "total"}

    def run(self, row):
        if row.kind == "file":
            return self.run_file(row)
        if self.daemon is None or self.without_netlink != row.without_netlink:
            self.start(row.without_netlink)
        watcher = Watcher(self.daemon, self.truth)
        size = self.daemon.log_size()
        with tempfile.NamedTemporaryFile("r") as output:
            options = ["-e", f"trace={row.call}", "-e", f"inject={row.call}:error={row.error}:when={row.when}"]
            if row.file:
                options += ["-P", row.file]
            tracer = Tracer(self.daemon, options, output.name)
            watcher.during(self.window, self.daemon.reload)
            tracer.stop()
            injected = sum("(INJECTED)" in line for line in output)
        if injected > self.window * FAILURE_RATE:
            watcher.fault(f"tried again {injected} times")
        time_taken = watcher.recovery(self.descriptors)
        notes = f"{injected} failed, {watcher.answers} answers, back after {time_taken:.1f} s"
        if not injected:
            notes = "not met; " + notes
        return self.judge(row, watcher, notes, size)

    def judge(self, row, watcher, notes, size=0):
        if watcher.faults:
            tail = self.daemon.log()[size:].splitlines()[-6:]
            watcher.faults.extend(f"log: {line[:220]}" for line in tail)
            self.stop()
        return Result(row.name, watcher.faults, notes)

    def run_file(self, row):
        case = row.file
        self.start(case.without_netlink)
        watcher = Watcher(self.daemon, self.truth | case.truth)
        size = self.daemon.log_size()
        cover = files.Cover(case, self.daemon.pid)
        try:
            named = False
            start = time.monotonic()
            watcher.during(self.window, self.daemon.reload)
            while case.is_fault and not named and time.monotonic() - start < 10:
                try:
                    status, content = get("/-/healthy", 1)
                    named = status == 503 and case.word in content.decode(errors="replace")
                except OSError:
                    pass
                time.sleep(0.05)
            if case.is_fault and not named:
                watcher.fault(f"/-/healthy does not name {case.word}")
        finally:
            cover.take_away()
        time_taken = watcher.recovery(self.descriptors)
        result = self.judge(row, watcher, f"back after {time_taken:.1f} s", size)
        self.stop()
        return result


class Tracer:
    def __init__(self, daemon, options, output):
        self.daemon = daemon
        self.process = subprocess.Popen(
            ["strace", "-f", "-qq", "-p", str(daemon.pid), "-o", output, *options],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        end = time.monotonic() + 5
        while not self.is_attached():
            if self.process.poll() is not None or time.monotonic() > end:
                self.process.kill()
                raise RuntimeError(f"strace: {self.process.stderr.read()}")
            time.sleep(0.01)

    def is_attached(self):
        try:
            for task in os.listdir(f"/proc/{self.daemon.pid}/task"):
                with open(f"/proc/{self.daemon.pid}/task/{task}/status", encoding="ascii") as file:
                    if "TracerPid:\t0\n" in file.read():
                        return False
        except OSError:
            pass
        return True

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()


def call_rows(seen, form):
    """For each call and error: once in each thread, all the time, and each third and seventh time."""
    rows = []
    unknown = sorted(set(seen) - set(calls.ERRORS) - calls.LEFT_ALONE)
    for call in sorted(set(seen) & set(calls.ERRORS)):
        errors = calls.ERRORS[call].split()
        for index, error in enumerate(errors):
            modes = {"once": "1", "third": "2+3"} if error in calls.PASSING else {
                "always": "1+", "third": "2+3", "seventh": "5+7", "once": "1"}
            if form == "short":
                # Of a second error only what a loop meets.
                modes = dict(list(modes.items())[: 1 if index == 0 else 0])
            for mode, when in modes.items():
                rows.append(Row("call", f"{call} {error} {mode}", call, error, when))
    # There the kernel is asked again in each pass what it can do.
    for call, error in ("socket", "EMFILE"), ("socket", "ENOBUFS"), ("setsockopt", "EPERM"), ("connect", "EACCES"):
        for when in ("1+", "2+3") if form == "long" or call == "socket" else ("1+",):
            rows.append(Row("call", f"{call} {error} {when} without netlink", call, error, when, None, True))
    if form == "long":
        for path, names in calls.FILES.items():
            for call in set(names.split()) & set(seen):
                for error in calls.ERRORS[call].split():
                    if error not in calls.PASSING:
                        rows.append(Row("call", f"{call} {error} of {path}", call, error, "1+", path))
    return rows, unknown


def work(program, form, rows, results):
    try:
        lane = Lane(program, form)
        while True:
            try:
                row = rows.get_nowait()
            except queue.Empty:
                break
            if row is None:
                break
            try:
                results.put(lane.run(row))
            except (RuntimeError, OSError) as error:
                results.put(Result(row.name, [f"{error}"], ""))
                lane.stop()
        lane.stop()
    except BaseException as error:
        results.put(Result("lane", [repr(error)], ""))
        raise
    finally:
        results.put(None)


def find_calls(program, form, results):
    results.put(Lane(program, form).seen_calls())


def main():
    program, form = sys.argv[1:]
    if form not in ("short", "long"):
        sys.exit("the form is `short` or `long`")
    start = time.monotonic()
    results = multiprocessing.Queue()
    finder = multiprocessing.Process(target=find_calls, args=(program, form, results))
    finder.start()
    finder.join()
    if finder.exitcode:
        sys.exit(1)
    seen = results.get()
    print("System calls in service:", " ".join(f"{name}={seen[name]}" for name in sorted(seen)), flush=True)
    rows, unknown = call_rows(seen, form)
    rows += [Row("file", case.name, None, None, None, case) for case in files.cases(form)]
    if chosen := os.environ.get("FAULT_ROWS"):
        rows = [row for row in rows if re.search(chosen, row.name)]

    pending = multiprocessing.Queue()
    lanes = int(os.environ.get("FAULT_LANES", "3" if form == "short" else "4"))
    for row in rows + [None] * lanes:
        pending.put(row)
    workers = [multiprocessing.Process(target=work, args=(program, form, pending, results)) for _ in range(lanes)]
    for worker in workers:
        worker.start()
    running = lanes
    failed = [Result(call, ["Tests/Faults/calls.py does not know the errors of this call"], "") for call in unknown]
    passed = 0
    while running:
        result = results.get()
        if result is None:
            running -= 1
            continue
        print(f"{'FAIL' if result.faults else 'pass'}  {result.name}: {result.notes}", flush=True)
        for fault in result.faults:
            print(f"      {fault}", flush=True)
        if result.faults:
            failed.append(result)
        else:
            passed += 1
    for worker in workers:
        worker.join()
    if failed:
        print("\nWhat failed:")
        for result in failed:
            print(f"  {result.name}: {result.faults[0]}")
    print(f"\n{passed} passed, {len(failed)} failed, in {time.monotonic() - start:.0f} seconds")
    sys.exit(1 if failed or passed < len(rows) else 0)


if __name__ == "__main__":
    main()
