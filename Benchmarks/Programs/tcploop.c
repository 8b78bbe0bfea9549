// The raw socket loop in C, which the daemon's loop probe is measured against: connect() to a loopback port until the
// socket is connected to itself, or until the time is over. See docs/benchmarks.md.
//
//     tcploop loop PORT SECONDS            one socket for all attempts
//     tcploop fresh PORT SECONDS           bind(127.0.0.1, 0) and connect() with a new socket for each attempt
//     tcploop sweep FIRST LAST SECONDS     the directed probe of each port in turn, on one socket
//     tcploop proof FIRST LAST SECONDS     the same, and the counters that prove each self-connection
//     tcploop directed FIRST LAST SECONDS  the same with a new socket for each port
//
// Prints the attempts, the seconds and the processor seconds that they took.

#include "client.h"

// How many attempts between two looks at the clock, as many as the daemon's loop makes in one slice.
enum { SLICE = 512 };

// One attempt; whether the loop has closed.
static bool attempt(int fd, const struct sockaddr_in *peer) {
    if (connect(fd, (const struct sockaddr *)peer, sizeof *peer) == 0) return is_self_connected(fd);
    if (errno != ECONNREFUSED) fail("connect");
    return false;
}

static long loop(uint16_t port, double end) {
    const struct sockaddr_in peer = loopback(port);
    const int fd = make_client();
    long attempts = 0;
    bool closed = false;
    while (!closed && now() < end) {
        for (int i = 0; i < SLICE && !closed; i++) {
            attempts++;
            closed = attempt(fd, &peer);
        }
    }
    close(fd);
    return attempts;
}

static long loop_fresh(uint16_t port, double end) {
    const struct sockaddr_in peer = loopback(port);
    long attempts = 0;
    bool closed = false;
    while (!closed && now() < end) {
        for (int i = 0; i < SLICE && !closed; i++) {
            const int fd = make_client();
            bind_address(fd);
            attempts++;
            closed = attempt(fd, &peer);
            close(fd);
        }
    }
    return attempts;
}

// Connects to a port with the kernel's choice narrowed to the same port.
static void connect_to_self(int fd, uint16_t port) {
    const struct sockaddr_in peer = loopback(port);
    narrow(fd, port);
    if (!attempt(fd, &peer)) {
        fprintf(stderr, "port %u did not connect to itself\n", port);
        exit(1);
    }
}

// Reads the connection's segment counters: those of a self-connection are equal.
static void prove(int fd) {
    enum { SEGMENTS_OUT = 136 / 4, SEGMENTS_IN = 140 / 4 };  // tcpi_segs_out and tcpi_segs_in of struct tcp_info
    uint32_t info[64] = {0};
    socklen_t length = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &length) != 0) fail("TCP_INFO");
    if (info[SEGMENTS_OUT] == info[SEGMENTS_IN]) return;
    fprintf(stderr, "a connection is not one of a socket to itself\n");
    exit(1);
}

static long sweep(uint16_t first, uint16_t last, bool proves, double end) {
    const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    const int fd = make_client();
    long ports = 0;
    while (now() < end) {
        for (uint32_t port = first; port <= last; port++, ports++) {
            connect_to_self(fd, port);
            if (proves) prove(fd);
            if (connect(fd, &nobody, sizeof nobody) != 0) fail("connect AF_UNSPEC");
        }
    }
    close(fd);
    return ports;
}

static long sweep_directed(uint16_t first, uint16_t last, double end) {
    long ports = 0;
    while (now() < end) {
        for (uint32_t port = first; port <= last; port++, ports++) {
            const int fd = make_client();
            connect_to_self(fd, port);
            close(fd);
        }
    }
    return ports;
}

int main(int argc, char **argv) {
    const char *mode = argc > 1 ? argv[1] : "";
    const bool is_loop = strcmp(mode, "loop") == 0, is_fresh = strcmp(mode, "fresh") == 0;
    const bool proves = strcmp(mode, "proof") == 0;
    const bool is_sweep = strcmp(mode, "sweep") == 0 || proves, is_directed = strcmp(mode, "directed") == 0;
    if (!((is_loop || is_fresh) && argc == 4) && !((is_sweep || is_directed) && argc == 5)) {
        fprintf(stderr, "usage: tcploop loop|fresh PORT SECONDS | sweep|proof|directed FIRST LAST SECONDS\n");
        return 64;
    }
    const uint16_t first = atoi(argv[2]), last = atoi(argv[argc - 2]);
    const double used = processor_time(), start = now(), end = start + atof(argv[argc - 1]);
    const long attempts = is_loop    ? loop(first, end)
                          : is_fresh ? loop_fresh(first, end)
                          : is_sweep ? sweep(first, last, proves, end)
                                     : sweep_directed(first, last, end);
    printf("%ld %.6f %.6f\n", attempts, now() - start, processor_time() - used);
    return 0;
}
