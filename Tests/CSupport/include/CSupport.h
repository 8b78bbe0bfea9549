// What only the tests need of _GNU_SOURCE, and of the kernel's headers.

#pragma once

#include <stdint.h>

/// unshare(2) with CLONE_FILES: the calling thread, and threads that it starts, have descriptors of their own from then
/// on: 0, or -1 and errno.
int csupport_unshare_files(void);

/// When an eBPF program rewrites a port: as the kernel's BPF_CGROUP_INET4_CONNECT and so on do.
enum csupport_rewriting {
    CSUPPORT_CONNECT4,
    CSUPPORT_CONNECT6,
    CSUPPORT_GETPEERNAME4,
    CSUPPORT_GETPEERNAME6,
};

/// Loads a program that replaces one port by another and attaches it to a control group (bpf(2), BPF_LINK_CREATE): a
/// descriptor that detaches it when it is closed, or -1 and errno.
int csupport_rewrite_port(int group, enum csupport_rewriting when, uint16_t from, uint16_t to);

/// Opens a pseudo-terminal of this width without blocking reads (pty(7)), and writes the path of its other side: a
/// descriptor, or -1 and errno.
int csupport_open_terminal(uint16_t columns, char *_Nonnull path, int size);

/// POSIX_SPAWN_SETSID of posix_spawn(3).
extern const int csupport_spawn_session;
