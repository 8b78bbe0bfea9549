"""Network namespaces that are made and removed as fast as the machine can, and an observer that compares what the daemon
says of them with the truth.

Arguments: the program, and for how long (10m). In namespaces of its own (Tests/churn.sh): the user namespace limits how
many network namespaces there are, those included that the kernel has still to free, and so counts them.
"""

import errno
import json
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Faults"))

import work
from daemon import Daemon, get, prepare
from observation import Differences, Needs, seconds
from spaces import Crowd, Space, present, room

INTERVAL = 4.0
# And what daemon and observer need on a machine that has nothing but too much to do.
LIMIT = INTERVAL + 5
CONFIGURATION = f"""
listen: [127.0.0.1:9293]
probe: {{interval: {INTERVAL:.0f}s, cpu: 50%}}
discover: {{namespaces: true, minimum-age: 0s, keep: 1h}}
"""
# Network namespaces at once, with those that are being freed.
MOST = 200
LONG, CROWDS = 24, 2
ENDPOINT = f"127.0.0.1:{work.PORT_ELSEWHERE}"
MEMORY_GROWTH = 2 << 20
# For the kernel, which frees namespaces one after another.
FREEING = 60
# Of a namespace: nothing that the daemon shows may be right.
GONE = {"missing"}


class Churn:
    def __init__(self, program, duration):
        self.duration = duration
        self.chance = random.Random(1)
        self.faults, self.needs = [], Needs(MEMORY_GROWTH)
        self.differences = Differences(LIMIT, self.fault)
        self.looks = self.verdicts = self.steps = self.number = 0
        with open("/proc/sys/user/max_net_namespaces", "w", encoding="ascii") as file:
            file.write(f"{MOST}\n")
        self.room = room()
        self.crowds = [Crowd(seed) for seed in range(CROWDS)]
        self.start = time.monotonic()
        self.daemon = Daemon(program, CONFIGURATION)
        self.daemon.wait_until_ready(60)
        self.mounts = self.own_mounts()
        # When each is changed next.
        self.living, self.freed = {}, {}

    def fault(self, text):
        print(f"FAULT after {time.monotonic() - self.start:.0f} s: {text}", flush=True)
        self.faults.append(text)

    def own_mounts(self):
        """Mounts that the daemon sees and that are no namespaces: theirs are the work of this test."""
        with open(f"/proc/{self.daemon.pid}/mountinfo", encoding="utf-8") as file:
            return sorted(line.split()[4] for line in file if " - nsfs " not in line)

    def work(self, now):
        """One step with each namespace whose turn it is: a state lasts long enough to be compared."""
        for space, turn in list(self.living.items()):
            if turn > now:
                continue
            if space.take_step():
                self.steps += 1
                self.living[space] = now + LIMIT * self.chance.uniform(1.1, 2.0)
            else:
                space.remove()
                del self.living[space]
                self.freed[space.outside] = now
        if len(self.living) < LONG:
            try:
                space = Space(self.number + 1, self.number % 2 == 0)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                return  # The kernel has not freed enough of those that were removed.
            self.number += 1
            self.living[space] = now + LIMIT * self.chance.uniform(1.1, 2.0)

    def look(self):
        """Compares two documents with the truth. An inode belongs to a namespace as long as it is there."""
        spaces = {space.inode: space for space in self.living}
        there = present()
        named = {
            entry["name"]: entry for entry in json.loads(get("/v1/namespaces", 20)[1])["namespaces"] if entry["name"]}
        targets = json.loads(get("/v1/targets", 20)[1])["targets"]
        there |= present()
        self.looks += 1
        seen, wanted = {}, {}
        inodes = {entry["inode"]: name for name, entry in named.items()}
        for name, entry in named.items():
            if entry["inode"] not in there:
                seen["namespace", name, entry["inode"]] = "listed"
                wanted["namespace", name, entry["inode"]] = GONE
        for target in targets:
            namespace = target.get("namespace")
            inode = named.get(namespace, {}).get("inode")
            if namespace and inode not in there:
                seen["target", namespace, target["endpoint"]] = target["verdict"]
                wanted["target", namespace, target["endpoint"]] = GONE
            elif inode in spaces and target["endpoint"] == ENDPOINT:
                seen["port", spaces[inode].outside, inode] = target["verdict"]
        for inode, space in spaces.items():
            wanted["port", space.outside, inode] = space.right
            self.verdicts += 1
            if space.name:
                seen["name", space.outside, inode] = inodes.get(inode, "missing")
                wanted["name", space.outside, inode] = {space.name}
        self.differences.compare(seen, wanted, self.start, lambda key: f"the {key[0]} of {key[1]} ({key[2]})")

    def check_freed(self, now):
        """The outer end of the pair is there as long as the namespace is."""
        for outside, since in list(self.freed.items()):
            if not os.path.exists(f"/sys/class/net/{outside}"):
                del self.freed[outside]
            elif now - since > FREEING:
                self.fault(f"the namespace behind {outside} was removed {now - since:.0f} s ago and is still there")
                del self.freed[outside]

    def sample(self, now):
        for crowd in self.crowds:
            crowd.count()
        made = sum(crowd.made for crowd in self.crowds)
        self.needs.sample(
            self.daemon, now - self.start,
            f"{made} namespaces made and removed, {len(self.living)} observed, {len(self.differences)} just changing")
        if self.own_mounts() != self.mounts:
            self.fault(f"the daemon has other mounts: {self.own_mounts()}")

    def run(self):
        next_sample = 0.0
        while (now := time.monotonic()) - self.start < self.duration:
            if self.daemon.end():
                self.fault(f"the daemon has {self.daemon.end()}: {self.daemon.log()[-1000:]}")
                return
            self.work(now)
            try:
                self.look()
            except (OSError, ValueError) as error:
                self.fault(f"no answer: {error!r}")
            self.check_freed(now)
            if now - self.start > next_sample:
                self.sample(now)
                next_sample = now - self.start + min(5, self.duration / 30)
            time.sleep(0.2)
        self.needs.judge(self.daemon.pid, self.duration, self.fault)
        self.remove_all()

    def remove_all(self):
        """Without any other namespace there is nothing left: in the daemon, and in the kernel."""
        for crowd in self.crowds:
            if not crowd.stop():
                self.fault("a part of the test has failed, see above")
        for space in self.living:
            space.remove()
        self.living = {}
        end = time.monotonic() + FREEING
        while True:
            left = [
                entry["name"] for entry in json.loads(get("/v1/namespaces", 20)[1])["namespaces"] if entry["name"]]
            others = [target for target in json.loads(get("/v1/targets", 20)[1])["targets"] if target.get("namespace")]
            free = room()
            if not left and not others and free == self.room:
                return
            if time.monotonic() > end:
                self.fault(
                    f"{len(left)} namespaces and {len(others)} targets are left in the daemon, and "
                    f"{self.room - free} namespaces in the kernel")
                return
            time.sleep(1)

    def report(self):
        made = sum(crowd.made for crowd in self.crowds)
        refused = sum(crowd.refused for crowd in self.crowds)
        print(
            f"{made} namespaces made and removed ({made / self.duration:.0f} per second, {refused} refused by the limit "
            f"of {MOST}), {self.number} observed with {self.steps} changes; {self.verdicts} verdicts compared in "
            f"{self.looks} looks; one differed from the truth for {self.differences.longest:.1f} s at most, "
            f"{LIMIT:.0f} s allowed")
        if made == 0 or self.steps == 0:
            self.fault("nothing was compared")


def main():
    prepare("32768 60999", "")
    churn = Churn(sys.argv[1], seconds(sys.argv[2]))
    churn.run()
    churn.daemon.stop()
    churn.report()
    print(f"{len(churn.faults)} faults" if churn.faults else "nothing wrong")
    sys.exit(1 if churn.faults else 0)


if __name__ == "__main__":
    main()
