// What the events benchmark needs besides the daemon. Each mode runs in the daemon's network namespace.
//
//     events closes PORT FIRST COUNT PACE  opens listeners on every other port from FIRST, waits until the daemon on PORT has
//                                          seen them, closes one every PACE milliseconds, and prints the milliseconds from
//                                          close() to another verdict, one a line
//     events connects SECONDS RATE         opens and closes connections to a listener of its own, RATE a second or, for 0, as
//                                          many as it can; prints how many a second
//     events follow                        receives the destroy events of all sockets until it is killed

#include "client.h"

#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <pthread.h>

enum { most_octets = 1 << 16 };

static void pause_until(double moment) {
    const double rest = moment - now();
    if (rest > 0) usleep((useconds_t)(rest * 1e6));
}

static int listener(uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct sockaddr_in address = loopback(port);
    const int on = 1;
    if (fd >= 0) set_option(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 1024) != 0) {
        fail("listener");
    }
    return fd;
}

static int connect_to(uint16_t port) {
    const int fd = make_client();
    const struct sockaddr_in address = loopback(port);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    return fd;
}

// Whether the daemon says that a target has the verdict latent, over a connection that stays open.
static bool is_latent(int daemon, uint16_t port) {
    char buffer[most_octets];
    const int size = snprintf(
        buffer, sizeof buffer, "GET /v1/targets/127.0.0.1:%u HTTP/1.1\r\nHost: localhost\r\n\r\n", port);
    if (write(daemon, buffer, (size_t)size) != size) fail("write");
    size_t have = 0, wanted = 0;
    while (wanted == 0 || have < wanted) {
        const ssize_t count = read(daemon, buffer + have, sizeof buffer - 1 - have);
        if (count <= 0) fail("read");
        have += (size_t)count;
        buffer[have] = 0;
        char *end = wanted == 0 ? strstr(buffer, "\r\n\r\n") : NULL;
        if (end != NULL) wanted = (size_t)(end + 4 - buffer) + strtoul(strstr(buffer, "Content-Length: ") + 16, NULL, 10);
    }
    // The first verdict is the present one; those of the history follow.
    static const char present[] = "\"verdict\":\"";
    const char *verdict = strstr(buffer, present);
    return verdict != NULL && strncmp(verdict + sizeof present - 1, "latent\"", 7) == 0;
}

static int closes(uint16_t port, uint16_t first, size_t count, double pace) {
    int *listeners = calloc(count, sizeof *listeners);
    if (listeners == NULL) fail("calloc");
    for (size_t index = 0; index < count; index++) listeners[index] = listener((uint16_t)(first + 2 * index));
    const int daemon = connect_to(port);
    for (double end = now() + 60; !is_latent(daemon, (uint16_t)(first + 2 * (count - 1)));) {
        if (now() > end) {
            fprintf(stderr, "the daemon does not see the listeners\n");
            return 1;
        }
        usleep(200000);
    }
    close(daemon);
    double next = now();
    for (size_t index = 0; index < count; index++) {
        const int fd = connect_to(port);
        const double start = now();
        close(listeners[index]);
        while (is_latent(fd, (uint16_t)(first + 2 * index))) usleep(200);
        printf("%.3f\n", (now() - start) * 1e3);
        close(fd);
        next += pace / 1e3;
        pause_until(next);
    }
    return 0;
}

static void *accept_all(void *fd) {
    for (;;) {
        const int accepted = accept(*(int *)fd, NULL, NULL);
        if (accepted >= 0) close(accepted);
    }
    return NULL;
}

static int connects(double seconds, double rate) {
    static int server;
    server = listener(20000);
    pthread_t thread;
    if (pthread_create(&thread, NULL, accept_all, &server) != 0) fail("pthread_create");
    const double start = now();
    unsigned long count = 0;
    while (now() < start + seconds) {
        if (rate > 0) pause_until(start + (double)count / rate);
        close(connect_to(20000));
        count++;
    }
    printf("%.0f\n", (double)count / (now() - start));
    return 0;
}

static _Noreturn void follow(void) {
    const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    const struct sockaddr_nl address = {.nl_family = AF_NETLINK};
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) != 0) fail("netlink");
    const int groups[] = {SKNLGRP_INET_TCP_DESTROY, SKNLGRP_INET6_TCP_DESTROY};
    for (int index = 0; index < 2; index++) {
        set_option(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups[index], sizeof groups[index]);
    }
    char buffer[most_octets];
    for (;;) (void)!read(fd, buffer, sizeof buffer);
}

int main(int argc, char **argv) {
    if (argc == 6 && strcmp(argv[1], "closes") == 0) {
        return closes(
            (uint16_t)atoi(argv[2]), (uint16_t)atoi(argv[3]), (size_t)atol(argv[4]), atof(argv[5]));
    }
    if (argc == 4 && strcmp(argv[1], "connects") == 0) return connects(atof(argv[2]), atof(argv[3]));
    if (argc == 2 && strcmp(argv[1], "follow") == 0) follow();
    fprintf(stderr, "usage: events closes PORT FIRST COUNT PACE | connects SECONDS RATE | follow\n");
    return 64;
}
