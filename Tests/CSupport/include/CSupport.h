// What only the tests need of _GNU_SOURCE.

#pragma once

/// unshare(2) with CLONE_FILES: the calling thread, and threads that it starts, have descriptors of their own from then
/// on: 0, or -1 and errno.
int csupport_unshare_files(void);
