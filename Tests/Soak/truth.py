"""What is true of a port, found without the program: by `ss` and by the files of the kernel."""

import re
import subprocess

ANY_LEFTOVER = {"stolen", "susceptible", "latent", "reserved", "guarded", "inconclusive"}


def ports(text):
    """The ports of a list such as `40510,40512-40529`."""
    found = set()
    for part in text.strip().split(","):
        if part:
            first, _, last = part.partition("-")
            found.update(range(int(first), int(last or first) + 1))
    return found


class Namespace:
    """One look at a network namespace; `name` is a file under /run/netns, or None for the caller's own."""

    def __init__(self, name=None):
        enter = ["nsenter", f"--net=/run/netns/{name}"] if name else []
        script = (
            "cat /proc/sys/net/ipv4/ip_local_port_range /proc/sys/net/ipv4/ip_local_reserved_ports; "
            "ss --no-header --tcp --all --numeric"
        )
        output = subprocess.run([*enter, "sh", "-c", script], capture_output=True, text=True, check=True).stdout
        port_range, reserved, *sockets = output.split("\n")
        first, last = port_range.split()
        self.range = range(int(first), int(last) + 1)
        self.reserved = ports(reserved)
        self.states = {}
        for line in sockets:
            if fields := line.split():
                state, local, peer = fields[0], fields[3], fields[4]
                found = re.search(r":(\d+)$", local)
                if found:
                    state = "SELF" if local == peer and state == "ESTAB" else state
                    self.states.setdefault(int(found[1]), set()).add(state)

    def listeners(self):
        """Ports of the range on which a server listens."""
        return {port for port, states in self.states.items() if "LISTEN" in states and port in self.range}

    def verdicts(self, port, guarded=False, redirected=False, dropped=False):
        """Those that are right for a port of 127.0.0.1."""
        states = self.states.get(port, set())
        if "SELF" in states:
            return {"self-connected"}
        if states and "LISTEN" not in states:
            return {"stolen"} if "ESTAB" in states else ANY_LEFTOVER
        if port not in self.range:
            return {"outside-range"}
        if redirected:
            return {"redirected"}
        if port in self.reserved:
            return {"reserved"}
        if "LISTEN" in states:
            return {"latent"}
        if dropped:
            return {"inconclusive"}
        return {"guarded"} if guarded else {"susceptible"}
