// The kernel's own headers that Glibc's module does not offer, the functions that Glibc declares only under
// _GNU_SOURCE, and constants younger than the oldest headers that we build with (Debian 12: Linux 6.1).

#pragma once

#include <linux/filter.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

// include/uapi/linux/in.h, Linux 6.3; ip(7).
#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif

// include/uapi/linux/in.h, Linux 4.2; ip(7).
#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

// include/uapi/asm-generic/socket.h, Linux 5.14; socket(7).
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

// include/net/tcp_states.h, Linux 6.8: in a sock_diag request, sockets that are bound and nothing more.
#define CLINUX_TCP_BOUND_INACTIVE 13

_Static_assert(sizeof(struct inet_diag_msg) == 72, "the layout that SockDiagCodec reads");
_Static_assert(sizeof(struct inet_diag_req_v2) == 56, "the layout that SockDiagCodec writes");
_Static_assert(sizeof(struct ifaddrmsg) == 8, "the layout that RouteCodec writes");
_Static_assert(sizeof(struct rtmsg) == 12, "the layout that RouteCodec reads and writes");

/// What TCP_INFO reports about a connection (tcp(7), struct tcp_info). Counters that the kernel does not have are 0.
struct clinux_tcp_info {
    /// TCP_ESTABLISHED and so on, numbered as in include/net/tcp_states.h.
    uint8_t state;
    uint32_t segments_out, segments_in;
    uint32_t data_segments_out, data_segments_in;
    /// Segments sent again.
    uint32_t segments_retransmitted;
    /// Without those that were sent again.
    uint64_t bytes_sent;
    uint64_t bytes_received;
    /// Milliseconds since data was sent, or since the connection was made where none was; in steps of the kernel's tick.
    uint32_t milliseconds_since_sending;
    /// SO_MAX_PACING_RATE; UINT64_MAX where none was set.
    uint64_t max_pacing_rate;
};

/// Reads the octets of a struct tcp_info, of whatever length the kernel has it.
void clinux_parse_tcp_info(const void *_Nonnull octets, size_t length, struct clinux_tcp_info *_Nonnull info);

/// getsockopt(2) TCP_INFO.
int clinux_tcp_info(int descriptor, struct clinux_tcp_info *_Nonnull info);

/// Whether a socket of another process sets SO_REUSEADDR: 1, 0, or -1 where that may not be asked, or the descriptor is not
/// that of the socket with this inode any more. Needs the right to trace the process (pidfd_getfd(2), Linux 5.6).
int clinux_reuses_address(pid_t process, int descriptor, uint32_t inode);

/// accept4(2) with SOCK_CLOEXEC and SOCK_NONBLOCK.
int clinux_accept(int listener, struct sockaddr *_Nullable peer, socklen_t *_Nullable length);

/// signalfd(2), non-blocking and close-on-exec, for these signals.
int clinux_signalfd(const int *_Nonnull signals, int count);

/// open(2) with O_PATH and O_NOFOLLOW: the file itself, whatever it is, without opening it.
int clinux_open_path(const char *_Nonnull path);

/// Sets the group of the file itself (fchownat(2), AT_EMPTY_PATH).
int clinux_set_group(int file, gid_t group);

/// unshare(2) and setns(2) with CLONE_NEWNET: they move the calling thread only.
int clinux_unshare_network(void);
int clinux_enter_network(int descriptor);

/// setns(2) with CLONE_NEWUTS.
int clinux_enter_host(int descriptor);

/// Starts `path` as root of a new user namespace, in which it has every capability and whose root is the caller:
/// its process id, or -1 and errno.
///
/// unshare(2) refuses CLONE_NEWUSER to a process with more than one thread, and a Swift program soon has some. So
/// clone(2) makes the namespace together with a child that has one thread only and does nothing but system calls
/// until it starts the program.
pid_t clinux_spawn_in_user_namespace(
    const char *_Nonnull path, char *_Nullable const *_Nonnull arguments, char *_Nullable const *_Nonnull environment);

/// The name of an error number, such as "ECONNREFUSED"; null for an unknown one.
const char *_Nullable clinux_error_name(int number);

/// The system's words for an error number, untranslated; null for an unknown one.
const char *_Nullable clinux_error_text(int number);

/// Names the calling thread for ps(1) and gdb; at most 15 octets.
void clinux_name_thread(const char *_Nonnull name);

/// Unmaps the pages of the program's and its libraries' read-only segments until they are needed again (madvise(2),
/// MADV_DONTNEED; dl_iterate_phdr(3)).
void clinux_release_program_pages(void);

/// Gives what is free in the heaps of all threads back to the kernel (malloc_trim(3)).
void clinux_trim_heaps(void);

/// Octets that are allocated in the heaps of all threads (mallinfo2(3)).
size_t clinux_heaps_in_use(void);

/// The argc and argv that main() gets. Swift's `@main` hides them, and what its runtime offers in their place is found
/// by way of the environment, which has moved where a library that was loaded before has called setenv(3), or is read
/// from /proc.
int clinux_argument_count(void);
char *_Nullable const *_Nullable clinux_arguments(void);
