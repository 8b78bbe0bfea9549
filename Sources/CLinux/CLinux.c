#define _GNU_SOURCE

#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int clinux_accept(int listener, struct sockaddr *peer, socklen_t *length) {
    return accept4(listener, peer, length, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int clinux_signalfd(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int index = 0; index < count; index++) {
        sigaddset(&set, signals[index]);
    }
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int clinux_open_path(const char *path) {
    return open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

int clinux_set_group(int file, gid_t group) {
    return fchownat(file, "", (uid_t)-1, group, AT_EMPTY_PATH);
}

int clinux_unshare_network(void) {
    return unshare(CLONE_NEWNET);
}

int clinux_enter_network(int descriptor) {
    return setns(descriptor, CLONE_NEWNET);
}

int clinux_enter_host(int descriptor) {
    return setns(descriptor, CLONE_NEWUTS);
}

const char *clinux_error_name(int number) {
    return strerrorname_np(number);
}

const char *clinux_error_text(int number) {
    return strerrordesc_np(number);
}

void clinux_name_thread(const char *name) {
    pthread_setname_np(pthread_self(), name);
}

static int write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) {
        return -1;
    }
    ssize_t length = (ssize_t)strlen(text);
    return write(file, text, (size_t)length) == length ? close(file) : -1;
}

pid_t clinux_spawn_in_user_namespace(const char *path, char *const *arguments, char *const *environment) {
    // Without a mapping of its user the child would lose its capabilities when it starts the program; and groups may
    // be mapped only after setgroups(2) was given up (user_namespaces(7)).
    char users[32], groups[32];
    snprintf(users, sizeof users, "0 %u 1", geteuid());
    snprintf(groups, sizeof groups, "0 %u 1", getegid());
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return -1;
    }
    pid_t child = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (write_file("/proc/self/setgroups", "deny") == 0 && write_file("/proc/self/uid_map", users) == 0
            && write_file("/proc/self/gid_map", groups) == 0) {
            execve(path, arguments, environment);
        }
        int code = errno;
        _exit(write(ends[1], &code, sizeof code) == sizeof code ? 127 : 126);
    }
    int code = child < 0 ? errno : 0;
    close(ends[1]);
    // The end of the file means that the program runs: its copy of the pipe went with execve.
    if (child > 0 && read(ends[0], &code, sizeof code) == sizeof code) {
        waitpid(child, NULL, 0);
        child = -1;
    }
    close(ends[0]);
    errno = code;
    return child;
}

// Younger than the oldest headers that define all system calls: Linux 5.3 and 5.6; the same on all architectures.
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

// Of an own socket no right over another process is needed, and no system call beyond those of any service.
static int copy_descriptor(pid_t process, int descriptor) {
    if (process == getpid()) {
        return fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    }
    int owner = (int)syscall(SYS_pidfd_open, process, 0);
    if (owner < 0) {
        return -1;
    }
    // Close-on-exec from birth (pidfd_getfd(2)).
    int copy = (int)syscall(SYS_pidfd_getfd, owner, descriptor, 0);
    close(owner);
    return copy;
}

int clinux_reuses_address(pid_t process, int descriptor, uint32_t inode) {
    int copy = copy_descriptor(process, descriptor);
    if (copy < 0) {
        return -1;
    }
    struct stat status;
    int value = 0;
    socklen_t length = sizeof value;
    int result = fstat(copy, &status) == 0 && S_ISSOCK(status.st_mode) && (uint32_t)status.st_ino == inode
            && getsockopt(copy, SOL_SOCKET, SO_REUSEADDR, &value, &length) == 0
        ? value != 0
        : -1;
    close(copy);
    return result;
}

// A segment that the program may not write to holds what its file holds: what is relocated lies in writable ones, and
// stays. Only a debugger's breakpoints and uprobes that were set before are lost.
static int release_read_only_segments(struct dl_phdr_info *object, size_t size, void *data) {
    (void)size, (void)data;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
        const uintptr_t start = object->dlpi_addr + segment->p_vaddr;
        const uintptr_t first = start & ~(page - 1);
        madvise((void *)first, start + segment->p_memsz - first, MADV_DONTNEED);
    }
    return 0;
}

void clinux_release_program_pages(void) {
    dl_iterate_phdr(release_read_only_segments, NULL);
}

void clinux_trim_heaps(void) {
    malloc_trim(0);
}

size_t clinux_heaps_in_use(void) {
    struct mallinfo2 heaps = mallinfo2();
    return heaps.uordblks + heaps.hblkhd;
}

static int argument_count;
static char **arguments;

// Glibc calls constructors with the very arguments that it calls main() with (csu/libc-start.c, call_init).
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
    argument_count = count;
    arguments = values;
}

// Swift's runtime reads the environment in a constructor if it is linked statically, and dies if a library that was loaded
// before has removed it (clearenv(3)). Lower priorities come first, and 101 is the first of those for programs.
__attribute__((constructor(101))) static void have_environment(void) {
    static char *none[] = {NULL};
    if (environ == NULL) {
        environ = none;
    }
}

int clinux_argument_count(void) {
    return argument_count;
}

char *const *clinux_arguments(void) {
    return arguments;
}
