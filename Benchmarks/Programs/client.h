// What the C programs of this folder have in common: a client's socket with the same options that the daemon's
// probes set, and the clock.

#pragma once

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

// include/uapi/linux/in.h; ip(7).
#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif
#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

static inline void fail(const char *operation) {
    perror(operation);
    exit(1);
}

static inline double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

// What the process has used of the processors, in seconds.
static inline double processor_time(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static inline struct sockaddr_in loopback(uint16_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static inline void set_option(int fd, int level, int option, const void *value, socklen_t size) {
    if (setsockopt(fd, level, option, value, size) != 0) fail("setsockopt");
}

// A socket whose close is a reset, so that no TIME_WAIT stays, and whose connect() takes 250 ms at most.
static inline int make_client(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("socket");
    const int on = 1;
    const struct linger reset = {.l_onoff = 1, .l_linger = 0};
    const struct timeval bound = {.tv_sec = 0, .tv_usec = 250000};
    set_option(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    set_option(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    set_option(fd, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof bound);
    return fd;
}

static inline void narrow(int fd, uint16_t port) {
    const uint32_t range = (uint32_t)port << 16 | port;
    set_option(fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, &range, sizeof range);
}

static inline void bind_address(int fd) {
    const struct sockaddr_in any_port = loopback(0);
    if (bind(fd, (const struct sockaddr *)&any_port, sizeof any_port) != 0) fail("bind");
}

// Whether both ends of a connection are the same: the only proof of a self-connection.
static inline bool is_self_connected(int fd) {
    struct sockaddr_storage local, peer;
    socklen_t local_size = sizeof local, peer_size = sizeof peer;
    if (getsockname(fd, (struct sockaddr *)&local, &local_size) != 0) fail("getsockname");
    if (getpeername(fd, (struct sockaddr *)&peer, &peer_size) != 0) fail("getpeername");
    const struct sockaddr_in *a = (const struct sockaddr_in *)&local, *b = (const struct sockaddr_in *)&peer;
    return a->sin_port == b->sin_port && a->sin_addr.s_addr == b->sin_addr.s_addr;
}
