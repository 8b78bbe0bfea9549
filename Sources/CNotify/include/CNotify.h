// What it takes to talk to the service manager and Swift cannot say: macros, and functions that Glibc declares only under
// _GNU_SOURCE. Nothing is included, so that no type of the system's seems to be this module's.

#pragma once

/// sendmsg(2) of one datagram to a `struct sockaddr_un`, with a descriptor unless that is negative (unix(7), SCM_RIGHTS):
/// how many octets, or -1 and errno.
long cnotify_send(
    int socket, const void *_Nonnull address, unsigned int length, const void *_Nonnull octets, unsigned long count,
    int descriptor, int flags);

/// pipe2(2) with O_CLOEXEC: 0, or -1 and errno.
int cnotify_pipe(int ends[_Nonnull 2]);
