// A busy host for a while: SOCKETS TCP sockets in the network namespace, half of them clients' ends of connections
// over loopback and half servers'. Prints how many there are, and holds them until its standard input ends.
//
//     crowd SOCKETS

#include "client.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

// One process has two thirds of its descriptors for them; a listener takes as many connections as there are ports.
enum { CONNECTIONS_PER_PROCESS = 6000, FIRST_PORT = 20000 };

// All of them are reset when they end, so that nothing is left for the next crowd.
static int listen_on(uint16_t port) {
    const struct sockaddr_in address = loopback(port);
    const int fd = make_client();
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 1024) != 0)
        fail("listen");
    return fd;
}

static void hold(uint16_t port, int connections, int ready) {
    const struct rlimit limit = {.rlim_cur = 20000, .rlim_max = 20000};
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) fail("setrlimit");
    const struct sockaddr_in server = loopback(port);
    const int listener = listen_on(port);
    for (int i = 0; i < connections; i++) {
        const int client = make_client();
        if (connect(client, (const struct sockaddr *)&server, sizeof server) != 0) fail("connect");
        if (accept(listener, NULL, NULL) < 0) fail("accept");
    }
    if (write(ready, "", 1) != 1) fail("write");
    pause();
}

// A process of the crowd has ended before its time.
static void give_up(int signal) {
    (void)signal;
    _exit(1);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: crowd SOCKETS\n");
        return 64;
    }
    int left = atoi(argv[1]) / 2, children = 0, ready[2];
    if (pipe(ready) != 0) fail("pipe");
    signal(SIGCHLD, give_up);
    for (; left > 0; left -= CONNECTIONS_PER_PROCESS, children++) {
        const pid_t child = fork();
        if (child < 0) fail("fork");
        if (child > 0) continue;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        hold(FIRST_PORT + children, left < CONNECTIONS_PER_PROCESS ? left : CONNECTIONS_PER_PROCESS, ready[1]);
    }
    close(ready[1]);
    char octet;
    for (int i = 0; i < children; i++) {
        if (read(ready[0], &octet, 1) != 1) fail("a process of the crowd");
    }
    printf("%s\n", argv[1]);
    fflush(stdout);
    while (read(0, &octet, 1) > 0) continue;
    return 0;
}
