"""Which errors each system call of the daemon may meet, and which calls are left alone.

The first errors of a call are tried in the short form, all of them in the long one.
"""

# An error that the kernel gives once or now and then, and never without end: a loop that tries again is right.
PASSING = {"EINTR", "EAGAIN", "ECONNABORTED"}

ERRORS = {
    "accept4": "EMFILE ECONNABORTED ENFILE ENOBUFS ENOMEM EPROTO EPERM",
    "access": "EACCES",
    "bind": "EADDRINUSE EACCES EADDRNOTAVAIL ENOMEM EPERM",
    "clone": "EAGAIN ENOMEM",
    "clone3": "EAGAIN ENOMEM EPERM",
    "connect": "EACCES EPERM EADDRNOTAVAIL ENETUNREACH EAGAIN EINTR ETIMEDOUT ENOMEM ECONNREFUSED",
    "epoll_create1": "EMFILE ENFILE ENOMEM",
    "epoll_ctl": "ENOMEM ENOSPC",
    "epoll_wait": "EINTR",
    "eventfd2": "EMFILE ENFILE ENOMEM",
    "fcntl": "EPERM ENOMEM",
    "fstat": "ENOMEM EIO",
    "getdents64": "EIO ENOENT ENOMEM",
    "getpeername": "ENOTCONN ENOBUFS",
    "getrandom": "EAGAIN",
    "getsockname": "ENOBUFS",
    "getsockopt": "EPERM ENOBUFS ENOPROTOOPT",
    "ioctl": "EPERM ENODEV",
    "listen": "EADDRINUSE",
    "lseek": "ESPIPE",
    "lstat": "ENOENT EACCES",
    "madvise": "EAGAIN ENOMEM",
    "mprotect": "ENOMEM",
    "newfstatat": "ENOENT EACCES ENOMEM",
    "open": "EMFILE ENFILE EACCES ENOENT",
    "openat": "EMFILE ENOENT EACCES ENFILE ENOMEM EIO",
    "poll": "EINTR ENOMEM",
    "ppoll": "EINTR ENOMEM",
    "prctl": "EPERM",
    "prlimit64": "EPERM",
    "pread64": "EIO EINTR ENOMEM EPERM",
    "read": "EIO EINTR",
    "readlink": "ENOENT EACCES ENOMEM",
    "readlinkat": "ENOENT EACCES ENOMEM",
    "recvfrom": "ENOBUFS EINTR EAGAIN ENOMEM",
    "recvmsg": "ENOBUFS EINTR EAGAIN ENOMEM",
    "sendmsg": "EPIPE EAGAIN ENOBUFS ECONNRESET ENOMEM",
    "sendto": "EACCES EINVAL ENOBUFS EPERM ENOMEM EINTR",
    "setsockopt": "EPERM ENOMEM ENOPROTOOPT ENOBUFS EINVAL",
    "shutdown": "ENOTCONN",
    "socket": "EMFILE EACCES EAFNOSUPPORT ENFILE ENOBUFS ENOMEM EPERM",
    "stat": "ENOENT EACCES",
    "statfs": "ENOENT EACCES",
    "statx": "ENOENT EACCES",
    "uname": "EFAULT",
    "write": "EAGAIN EPIPE EIO ENOSPC",
    "writev": "EAGAIN EPIPE EIO ENOSPC",
}

# They do not fail, or a failure that the kernel does not do would be ours: a descriptor that is not closed, a lock that
# does not wait. Without memory Swift's runtime ends the process, and so does the kernel: brk, mmap and munmap are tried
# in ScarcityTests, where a reload is refused.
LEFT_ALONE = set(
    "arch_prctl brk clock_gettime clock_nanosleep close exit exit_group futex getpid gettid getrusage mmap munmap"
    " nanosleep restart_syscall rseq rt_sigaction rt_sigprocmask rt_sigreturn rt_sigtimedwait sched_getaffinity"
    " sched_yield set_robust_list sigaltstack".split()
)

# Files of which one call at a time fails, in the long form.
FILES = {
    # The files are opened in it.
    "/proc/sys/net/ipv4": "openat",
    "/proc/sys/net/ipv4/ip_local_port_range": "pread64",
    "/proc/sys/net/ipv4/ip_local_reserved_ports": "pread64",
    "/proc/sys/net/ipv4/ip_autobind_reuse": "pread64",
}
