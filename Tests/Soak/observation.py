"""What an observer keeps: since when an answer differs from the truth, and what the daemon needs of the machine."""

import re
import sys
import time


def seconds(text):
    """How many seconds a duration has: a number with s, m or h."""
    parts = re.fullmatch(r"(\d+)([smh]?)", text)
    if not parts:
        sys.exit(f"{text} is not a duration: write a number with s, m or h, such as 10m")
    return float(parts[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[parts[2]]


class Differences:
    """Answers that differ from the truth, and whether for too long."""

    def __init__(self, limit, fault):
        self.limit, self.fault = limit, fault
        self.longest = 0.0
        self.since = {}

    def __len__(self):
        return len(self.since)

    def compare(self, seen, wanted, excused, name):
        """Takes one look: for each key what was seen, and what is right. What was excused until then counts from there."""
        now = time.monotonic()
        for key, right in wanted.items():
            answer = seen.get(key, "missing")
            if answer in right:
                self.since.pop(key, None)
                continue
            # A truth that has changed starts the time again.
            since, truth, reported = self.since.get(key, (now, right, False))
            if truth != right:
                since, reported = now, False
            since = max(since, min(excused, now))
            self.longest = max(self.longest, now - since)
            if now - since > self.limit and not reported:
                self.fault(f"{name(key)} is {answer}, in truth {'/'.join(sorted(right))}")
                reported = True
            self.since[key] = (since, right, reported)
        for key in [key for key in self.since if key not in wanted]:
            del self.since[key]


class Needs:
    """Memory, descriptors, threads and processor time of a daemon."""

    # Of the second half: with fewer samples, growth is not judged.
    FEWEST = 8

    def __init__(self, memory_growth):
        self.tolerances = ((2, "memory", memory_growth), (3, "descriptors", 8), (4, "threads", 1))
        self.samples = []

    def sample(self, daemon, now, note):
        with open(f"/proc/{daemon.pid}/status", encoding="ascii", errors="replace") as file:
            threads = int(re.search(r"^Threads:\s+(\d+)", file.read(), re.M)[1])
        sample = (now, daemon.memory(), daemon.descriptors(), threads, daemon.processor_time())
        self.samples.append((daemon.pid, *sample))
        print(
            f"{now:5.0f} s: {sample[1] / (1 << 20):.1f} MiB, {sample[2]} descriptors, {threads} threads, "
            f"{sample[4]:.1f} s of processor time, {note}",
            flush=True)

    def judge(self, pid, duration, fault):
        """The last quarter against the one before: what is always needed."""
        last = [sample for sample in self.samples if sample[0] == pid and sample[1] > duration / 2]
        if len(last) < self.FEWEST:
            fault(f"{len(last)} samples in the second half are too few to judge growth")
            return
        half = len(last) // 2
        for index, name, tolerance in self.tolerances:
            first, second = (min(s[index] for s in part) for part in (last[:half], last[half:]))
            if second > first + tolerance:
                fault(f"{name} grew from {first:.0f} to {second:.0f} in the last quarter")
