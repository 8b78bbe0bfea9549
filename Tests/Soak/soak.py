"""A daemon with a thousand targets, fifty network namespaces and everything that can happen to it, and an observer that
finds out by itself what is true and compares.

Arguments: the program, and for how long (10m). As root, in namespaces of its own (Tests/soak.sh).
"""

import contextlib
import json
import math
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Faults"))

import work
from daemon import Daemon, get, prepare
from observation import Differences, Needs, seconds
from truth import Namespace

INTERVAL = 10.0
# And what the observer needs for a look at all namespaces on a machine that has too much to do.
LIMIT = INTERVAL + 5
TARGETS = f"""
listen: [127.0.0.1:9293]
probe: {{interval: {INTERVAL:.0f}s, cpu: 50%, redirected-interval: {INTERVAL:.0f}s}}
discover: {{namespaces: true, keep: 1m}}
targets:
  - {{name: plain, addresses: 127.0.0.1, ports: [40000-40459, 40510-40999]}}
  - {{name: guarded, addresses: 127.0.0.1, ports: 40460-40509, guard: true}}
"""
WRONG = "targets: {ports: 0}\n"
MEMORY_GROWTH = 16 << 20
# The part of the other requests that may have no answer or a wrong one: now and then all connections are taken.
UNANSWERED = 0.1


class Soak:
    def __init__(self, program, duration):
        self.program, self.duration = program, duration
        self.flags = {"redirected": False, "dropped": False}
        self.present, self.count = {}, work.Requests(self.is_excused)
        self.faults, self.needs = [], Needs(MEMORY_GROWTH)
        self.differences = Differences(LIMIT, self.fault)
        self.looks = self.looks_elsewhere = 0
        # Until when the daemon cannot know better: after that, it has LIMIT to learn it.
        self.excused = 0.0
        self.counters, self.counted_pid = {}, None
        self.start = time.monotonic()
        self.daemon = Daemon(program, TARGETS)
        self.daemon.wait_until_ready(60)

    def fault(self, text):
        print(f"FAULT after {time.monotonic() - self.start:.0f} s: {text}", flush=True)
        self.faults.append(text)

    @contextlib.contextmanager
    def excusing(self):
        """Meanwhile the daemon cannot answer."""
        self.excused = math.inf
        try:
            yield
        finally:
            self.excused = time.monotonic()

    def is_excused(self, since):
        """Whether the daemon could not answer at some time since then."""
        return self.excused > since

    # What happens to the daemon.

    def disturb(self):
        """Signals, limits, reloads and a kill, one after another; what makes it blind for a time is excused."""
        steps = [self.reload_wrong, self.stop_and_continue, self.take_descriptors, self.reload_wrong, self.kill]
        step = 0
        while work.wait(17):
            # No restart in the second half: there, memory has to be constant.
            late = time.monotonic() - self.start > self.duration / 2
            chosen = steps[step % len(steps)]
            if not (late and chosen == self.kill):
                chosen()
            step += 1

    def write(self, text):
        with open(self.daemon.path, "w", encoding="ascii") as file:
            file.write(text)
        self.daemon.reload()

    def reload_wrong(self):
        self.write(WRONG)
        work.wait(3)
        self.write(TARGETS)

    def stop_and_continue(self):
        with self.excusing():
            self.daemon.process.send_signal(signal.SIGSTOP)
            work.wait(4)
            self.daemon.process.send_signal(signal.SIGCONT)

    def take_descriptors(self):
        with self.excusing():
            soft, hard = resource.prlimit(self.daemon.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(self.daemon.pid, resource.RLIMIT_NOFILE, (self.daemon.descriptors() + 1, hard))
            work.wait(5)
            resource.prlimit(self.daemon.pid, resource.RLIMIT_NOFILE, (soft, hard))

    def kill(self):
        with self.excusing():
            self.daemon.process.kill()
            self.daemon.process.wait()
            shutil.rmtree(self.daemon.folder)
            self.daemon = Daemon(self.program, TARGETS)
            self.daemon.wait_until_ready(60)

    # What the observer compares.

    def wanted(self):
        """For each target, by namespace and endpoint, the verdicts that are right; and of which it may be missing."""
        here = Namespace()
        flags = dict(self.flags)
        wanted = {}
        for port in work.TARGETS:
            wanted[None, f"127.0.0.1:{port}"] = here.verdicts(
                port, port in work.GUARDED,
                flags["redirected"] and port == work.REDIRECTED, flags["dropped"] and port == work.DROPPED)
        elsewhere = f"127.0.0.1:{work.PORT_ELSEWHERE}"
        for space, made in list(self.present.items()):
            try:
                there = Namespace(space)
            except subprocess.CalledProcessError:
                if self.present.get(space) == made:
                    raise
                continue  # It was removed meanwhile.
            if self.present.get(space) == made and work.PORT_ELSEWHERE in there.listeners():
                wanted[space, elsewhere] = {"latent"}
                self.looks_elsewhere += 1
        return wanted

    def compare(self):
        start = time.monotonic()
        status, content = get("/v1/targets", 20)
        if status != 200:
            if not self.is_excused(start):
                self.fault(f"/v1/targets: {status}")
            return
        seen = {
            (target.get("namespace"), target["endpoint"]): target["verdict"]
            for target in json.loads(content)["targets"]
        }
        wanted = self.wanted()
        self.looks += 1
        self.differences.compare(
            seen, wanted, self.excused, lambda key: f"{key[1]} in {key[0] or 'the own namespace'}")

    def count_up(self):
        """Counters never fall, and the metrics agree with the summary."""
        before = json.loads(get("/v1/summary", 20)[1])
        metrics = get("/metrics", 20)[1].decode()
        after = json.loads(get("/v1/summary", 20)[1])
        found = {
            match[1]: float(match[2])
            for match in re.finditer(r"^(selfconnect\w*_total(?:\{[^}]*\})?) (\S+)$", metrics, re.MULTILINE)
        }
        if self.counted_pid == self.daemon.pid:
            for name, value in self.counters.items():
                if found.get(name, value) < value:
                    self.fault(f"{name} fell from {value} to {found[name]}")
        self.counters, self.counted_pid = found, self.daemon.pid
        if before["summary"]["by_verdict"] == after["summary"]["by_verdict"]:
            counted = {}
            for verdict, value in re.findall(r'^selfconnect_targets\{verdict="([^"]+)"[^}]*\} (\d+)', metrics, re.M):
                counted[verdict] = counted.get(verdict, 0) + int(value)
            if counted != before["summary"]["by_verdict"]:
                self.fault(f"the metrics count {counted}, the summary {before['summary']['by_verdict']}")

    def sample(self):
        self.needs.sample(
            self.daemon, time.monotonic() - self.start,
            f"{len(self.differences)} of {len(work.TARGETS)} just changing")

    def judge(self):
        """Whether it needs more and more, and whether enough was looked at, and answered."""
        if self.looks_elsewhere == 0:
            self.fault("no port in another namespace was compared")
        if self.count.failed > UNANSWERED * (self.count.answered + self.count.failed):
            self.fault(f"{self.count.failed} other requests were not answered rightly, {self.count.answered} were")
        self.needs.judge(self.daemon.pid, self.duration, self.fault)

    def run(self):
        threads = [
            threading.Thread(target=body, args=arguments, daemon=True)
            for body, arguments in [
                (work.listeners, (1,)),
                (work.thieves, (2, work.STOLEN, 40, lambda _: work.SINK)),
                (work.thieves, (3, work.SELF_CONNECTED, 40, lambda port: port)),
                (work.kernel_lists, (0,)), (work.filters, (self.flags,)), (work.spaces, (4, self.present)),
                (work.requests, (self.count,)), (work.crowd, (0,)), (self.disturb, ()),
            ]
        ]
        threading.Thread(target=work.sink, daemon=True).start()
        time.sleep(0.5)
        for thread in threads:
            thread.start()
        next_sample = 0.0
        while time.monotonic() - self.start < self.duration:
            time.sleep(0.5)
            if self.daemon.end() and not self.is_excused(time.monotonic()):
                self.fault(f"the daemon has {self.daemon.end()}: {self.daemon.log()[-1000:]}")
                break
            for thread in threads:
                if not thread.is_alive():
                    self.fault("a part of the test has failed, see above")
                    return
            look = time.monotonic()
            if self.is_excused(look):
                continue
            try:
                self.compare()
                if time.monotonic() - self.start > next_sample:
                    self.sample()
                    self.count_up()
                    next_sample = time.monotonic() - self.start + min(10, self.duration / 30)
            except (OSError, ValueError) as error:
                if not self.is_excused(look):
                    self.fault(f"no answer: {error!r}")
        work.ended.set()
        self.judge()
        for thread in threads:
            thread.join()


def main():
    prepare(work.WIDE, "40520-40529")
    soak = Soak(sys.argv[1], seconds(sys.argv[2]))
    soak.run()
    soak.daemon.stop()
    print(
        f"{soak.looks} looks at {len(work.TARGETS)} targets, {soak.looks_elsewhere} at ports in {len(work.SPACES)} other "
        f"namespaces; {soak.count.answered} other requests answered, {soak.count.failed} not or wrongly; "
        f"a verdict differed from the truth for {soak.differences.longest:.1f} s at most, {LIMIT:.0f} s allowed")
    print(f"{len(soak.faults)} faults" if soak.faults else "nothing wrong")
    sys.exit(1 if soak.faults else 0)


if __name__ == "__main__":
    main()
