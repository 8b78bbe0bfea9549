#!/usr/bin/env python3
"""Changes one operator of the pure rules at a time, and shows which changes no test notices.

    Tests/Mutation/mutate.py [--only REGEX] [--list]

All changes ("mutants") are built at once: an operator becomes one of its own, which does the same unless the environment
variable SELFCONNECTD_MUTANT has its number. The copy of the sources that is changed is in .build/mutation.

One line for each change that no test notices. One that is in Tests/Mutation/survivors.tsv has been examined: nobody could
notice it. Exit status: 0 all others were noticed, 1 some were not, 2 the tests fail without a change, or do not build.
"""

import argparse
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

import operators

PROJECT = pathlib.Path(__file__).resolve().parents[2]
TREE = PROJECT / ".build/mutation"
EXAMINED = PROJECT / "Tests/Mutation/survivors.tsv"

# What is changed, and the tests that have to notice it.
GROUPS = {
    "verdict": (
        ["Sources/SelfConnect/Verdict/*.swift", "Sources/SelfConnect/Kernel/SegmentCounters.swift",
         "Sources/SelfConnect/Kernel/DestroyEvent.swift", "Sources/SelfConnect/Kernel/SocketTable.swift"],
        r"^SelfConnectTests\."),
    "odds": (
        ["Sources/SelfConnect/PortChoice/*.swift", "Sources/SelfConnect/Addresses/Port*.swift"],
        r"^SelfConnectTests\."),
    "request parser": (["Sources/HTTP/Parsing/*.swift"], r"^HTTPTests\."),
    "event filter": (
        ["Sources/Linux/Netlink/DestroyEventFilter.swift", "Sources/Linux/Netlink/DestroyEventCodec.swift"],
        r"^LinuxTests\.DestroyEvent(Filter|Codec)Tests/"),
}

MODULES = ["Primitives", "SelfConnect", "HTTP", "Linux"]

# The modules that are changed, and their tests; without the dependencies of the rest.
MANIFEST = """// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "mutation",
    targets: [
        .target(name: "CLinux"),
        .target(name: "CSupport", path: "Tests/CSupport"),
        .target(name: "Primitives", swiftSettings: settings),
        .target(name: "SelfConnect", dependencies: ["Primitives"], swiftSettings: settings),
        .target(name: "HTTP", dependencies: ["Primitives"], swiftSettings: settings),
        .target(name: "Linux", dependencies: ["CLinux", "SelfConnect"], swiftSettings: settings),
        .target(
            name: "TestSupport", dependencies: ["CLinux", "CSupport", "Linux", "SelfConnect"], path: "Tests/Support",
            swiftSettings: settings),
        .testTarget(
            name: "SelfConnectTests", dependencies: ["Primitives", "SelfConnect", "TestSupport"],
            swiftSettings: settings),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "LinuxTests", dependencies: ["CLinux", "Linux", "SelfConnect", "TestSupport"],
            swiftSettings: settings),
    ])
"""

# What the tests compare with the sources.
DOCUMENTS = ["SECURITY.md", "docs", "man", "Sources/Reporting/OpenAPI"]

# A change that makes the tests this much slower than they are without one, and at least so many seconds, is noticed: it may
# let them run for ever.
SLOWER, LEAST = 10, 30


def copy_sources():
    for name in ["Sources", "Tests"]:
        shutil.rmtree(TREE / name, ignore_errors=True)
    for path in ["CLinux", *MODULES]:
        shutil.copytree(PROJECT / "Sources" / path, TREE / "Sources" / path)
    for path in ["CSupport", "Support", "SelfConnectTests", "HTTPTests", "LinuxTests"]:
        shutil.copytree(PROJECT / "Tests" / path, TREE / "Tests" / path)
    for path in DOCUMENTS:
        (TREE / path).parent.mkdir(parents=True, exist_ok=True)
        (TREE / path).unlink(missing_ok=True)
        (TREE / path).symlink_to(PROJECT / path)
    (TREE / "Package.swift").write_text(MANIFEST)


def find_mutants(only):
    mutants = []
    for group, (patterns, _) in GROUPS.items():
        for pattern in patterns:
            for path in sorted(PROJECT.glob(pattern)):
                name = str(path.relative_to(PROJECT))
                if only is None or re.search(only, name):
                    mutants += operators.mutants(path.read_text(), name, group)
    for number, mutant in enumerate(mutants, start=1):
        mutant.number = number
    return mutants


def write(mutants):
    """Writes the changed sources, and the operators of each module."""
    for name in {mutant.file for mutant in mutants}:
        changes = [mutant for mutant in mutants if mutant.file == name]
        (TREE / name).write_text(operators.changed((PROJECT / name).read_text(), changes))
    for module in MODULES:
        own = [mutant for mutant in mutants if mutant.file.startswith(f"Sources/{module}/")]
        if own:
            (TREE / "Sources" / module / "Mutants.swift").write_text(operators.definitions(own))


def build(mutants):
    """Builds the tests; leaves out changes that do not compile. Returns those that are built."""
    while True:
        copy_sources()
        write(mutants)
        done = subprocess.run(
            [os.environ.get("SWIFT", "swift"), "build", "--build-tests", "-c", "release", "-Xswiftc", "-enable-testing"],
            cwd=TREE, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode == 0:
            return mutants
        wrong = {(str(pathlib.Path(path).resolve().relative_to(TREE)), int(line))
                 for path, line in re.findall(r"^(\S+\.swift):(\d+):\d+: error:", done.stdout, re.MULTILINE)
                 if pathlib.Path(path).resolve().is_relative_to(TREE)}
        rest = [mutant for mutant in mutants if (mutant.file, mutant.line) not in wrong]
        if len(rest) == len(mutants):
            print(done.stdout[-4000:], file=sys.stderr)
            sys.exit(2)
        for mutant in mutants:
            if mutant not in rest:
                print(f"does not compile: {mutant}", flush=True)
        mutants = rest


def notices(group, limit, number=0):
    """Whether the tests of a group fail with a change, or take longer than the limit; they are stopped at the first failure."""
    bundle = TREE / ".build/release/mutationPackageTests.xctest"
    command = ["timeout", "--signal=KILL", str(limit), bundle, "--testing-library", "swift-testing"]
    environment = dict(os.environ, SELFCONNECTD_MUTANT=str(number), SWIFT_BACKTRACE="enable=no")
    with subprocess.Popen(
            [*command, "--filter", GROUPS[group][1]], env=environment, cwd=TREE, text=True, errors="replace",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True) as tests:
        for line in tests.stdout:
            if "\N{HEAVY BALLOT X}" in line:
                os.killpg(tests.pid, signal.SIGKILL)
                return True
    return tests.returncode != 0


def examined():
    if not EXAMINED.exists():
        return set()
    lines = [line for line in EXAMINED.read_text().splitlines() if line and not line.startswith("#")]
    return {tuple(line.split("\t")[:3]) for line in lines}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="REGEX", help="change only files whose path contains a match")
    parser.add_argument("--list", action="store_true", help="print the changes and do not make them")
    options = parser.parse_args()

    mutants = find_mutants(options.only)
    if options.list:
        print("\n".join(map(str, mutants)))
        return 0
    TREE.mkdir(parents=True, exist_ok=True)
    mutants = build(mutants)
    known, unexamined = examined(), 0
    for group in GROUPS:
        own = [mutant for mutant in mutants if mutant.group == group]
        if not own:
            continue
        start = time.monotonic()
        if notices(group, limit=1800):
            print(f"{group}: the tests fail without a change", file=sys.stderr)
            return 2
        limit = max(LEAST, SLOWER * (time.monotonic() - start))
        survivors = []
        for mutant in own:
            if not notices(group, limit, mutant.number):
                survivors.append(mutant)
                is_known = mutant.key in known
                unexamined += not is_known
                print(f"{'examined' if is_known else 'NOT NOTICED'}: {mutant}", flush=True)
        share = 100 * len(survivors) / len(own)
        print(f"{group}: {len(own)} changes, {len(survivors)} not noticed ({share:.1f} %)", flush=True)
    return 1 if unexamined else 0


if __name__ == "__main__":
    sys.exit(main())
