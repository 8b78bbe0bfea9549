// Starts a daemon again and again, and prints the milliseconds from its start to READY=1 (sd_notify(3)), one a line.
//
//     ready ROUNDS PROGRAM ARGUMENT...

#include "client.h"

#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <sys/wait.h>

// The `@` stands for the zero octet of an abstract name (unix(7)), which belongs to the network namespace.
static const char name[] = "@selfconnectd-ready";

// The socket of the service manager, whose messages do not take longer than 20 s.
static int make_manager(void) {
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path + 1, name + 1, sizeof name - 2);
    const socklen_t size = offsetof(struct sockaddr_un, sun_path) + sizeof name - 1;
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, size) != 0) fail("bind");
    const struct timeval bound = {.tv_sec = 20};
    set_option(fd, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
    if (setenv("NOTIFY_SOCKET", name, 1) != 0) fail("setenv");
    return fd;
}

static void wait_until_ready(int manager) {
    char message[4096] = "";
    while (strstr(message, "READY=1") == NULL) {
        const ssize_t count = recv(manager, message, sizeof message - 1, 0);
        if (count < 0) fail("no READY=1");
        message[count] = 0;
    }
}

// Milliseconds from fork() to READY=1; afterwards the daemon has ended.
static double start(int manager, char **program) {
    const double begin = now();
    const pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execv(program[0], program);
        fail(program[0]);
    }
    wait_until_ready(manager);
    const double taken = now() - begin;
    int status;
    if (kill(child, SIGTERM) != 0 || waitpid(child, &status, 0) != child) fail("waitpid");
    return taken * 1e3;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: ready ROUNDS PROGRAM ARGUMENT...\n");
        return 64;
    }
    const int manager = make_manager();
    for (int rounds = atoi(argv[1]); rounds > 0; rounds--) printf("%.3f\n", start(manager, argv + 2));
    return 0;
}
