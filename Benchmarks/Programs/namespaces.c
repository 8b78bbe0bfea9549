// Makes network namespaces, each with a process that listens on 127.0.0.1:50051, and keeps them until the standard input
// ends. With an argument more, each also has a connection, so that a visit does not know by the number of sockets that
// there is nothing to look for.
//
//     namespaces COUNT [connected]

#define _GNU_SOURCE

#include <arpa/inet.h>
#include <err.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void bring_up_loopback(void) {
    int number = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    if (number < 0 || ioctl(number, SIOCSIFFLAGS, &request) != 0) err(1, "lo");
    close(number);
}

static void be_namespace(int ready, int is_connected) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (unshare(CLONE_NEWNET) != 0) err(1, "unshare");
    bring_up_loopback();
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(50051), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int server = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(server, (struct sockaddr *)&address, sizeof address) != 0 || listen(server, 8) != 0) err(1, "listen");
    int client = socket(AF_INET, SOCK_STREAM, 0);
    if (is_connected && connect(client, (struct sockaddr *)&address, sizeof address) != 0) err(1, "connect");
    if (!is_connected) close(client);
    if (write(ready, "+", 1) != 1) err(1, "write");
    close(ready);
    pause();
}

int main(int count, char **arguments) {
    if (count < 2) errx(2, "usage: namespaces COUNT [connected]");
    int ends[2];
    if (pipe(ends) != 0) err(1, "pipe");
    int wanted = atoi(arguments[1]);
    for (int index = 0; index < wanted; index++) {
        pid_t child = fork();
        if (child < 0) err(1, "fork");
        if (child == 0) be_namespace(ends[1], count > 2);
    }
    char octet;
    for (int index = 0; index < wanted; index++) {
        if (read(ends[0], &octet, 1) != 1) err(1, "read");
    }
    puts("ready");
    fflush(stdout);
    while (read(STDIN_FILENO, &octet, 1) > 0) {
    }
    return 0;
}
