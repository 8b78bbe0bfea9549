// The survey of 50 targets in C, with the system calls of the daemon's survey: once for each pass the sysctls and all
// TCP sockets of both families; for each target its route, its source address and a directed probe as each kind of
// client. It judges nothing: what the daemon adds to this is its reasoning. See docs/benchmarks.md.
//
//     survey FIRST SECONDS
//
// surveys 127.0.0.1 on FIRST and the 49 ports above, and prints how many targets it looked at, the seconds and the
// processor seconds.

#include "client.h"

#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>

enum { TARGETS = 50 };

static char buffer[65536] __attribute__((aligned(8)));

static void read_sysctl(const char *path) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) return;
    if (fd < 0) fail(path);
    ssize_t count;
    while ((count = read(fd, buffer, sizeof buffer)) > 0) continue;
    if (count < 0) fail(path);
    close(fd);
}

static int make_netlink(int protocol) {
    const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
    if (fd < 0) fail("socket AF_NETLINK");
    return fd;
}

// Sends one request and reads its answer; a dump ends with NLMSG_DONE.
static void ask(int fd, struct nlmsghdr *request) {
    static uint32_t sequence;
    const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    request->nlmsg_seq = ++sequence;
    const bool is_dump = (request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
    if (sendto(fd, request, request->nlmsg_len, 0, (const struct sockaddr *)&kernel, sizeof kernel) < 0)
        fail("sendto");
    while (true) {
        struct sockaddr_nl sender;
        socklen_t sender_size = sizeof sender;
        ssize_t left = recvfrom(fd, buffer, sizeof buffer, MSG_TRUNC, (struct sockaddr *)&sender, &sender_size);
        if (left < 0 || left > (ssize_t)sizeof buffer) fail("recvfrom");
        for (struct nlmsghdr *message = (struct nlmsghdr *)buffer; NLMSG_OK(message, left);
             message = NLMSG_NEXT(message, left)) {
            if (message->nlmsg_type == NLMSG_ERROR) {
                fprintf(stderr, "netlink answers with an error\n");
                exit(1);
            }
            if (!is_dump || message->nlmsg_type == NLMSG_DONE) return;
        }
    }
}

static void dump_sockets(int fd, uint8_t family) {
    struct {
        struct nlmsghdr header;
        struct inet_diag_req_v2 payload;
    } request = {
        .header = {.nlmsg_len = sizeof request, .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        .payload = {.sdiag_family = family, .sdiag_protocol = IPPROTO_TCP, .idiag_states = 0x3FFF},
    };
    ask(fd, &request.header);
}

static void ask_route(int fd) {
    struct {
        struct nlmsghdr header;
        struct rtmsg payload;
        struct rtattr attribute;
        uint32_t address;
    } request = {
        .header = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETROUTE, .nlmsg_flags = NLM_F_REQUEST},
        .payload = {.rtm_family = AF_INET, .rtm_dst_len = 32},
        .attribute = {.rta_len = RTA_LENGTH(4), .rta_type = RTA_DST},
        .address = htonl(INADDR_LOOPBACK),
    };
    ask(fd, &request.header);
}

static void find_source(void) {
    const struct sockaddr_in peer = loopback(9);
    struct sockaddr_storage local;
    socklen_t size = sizeof local;
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&peer, sizeof peer) != 0) fail("route");
    if (getsockname(fd, (struct sockaddr *)&local, &size) != 0) fail("getsockname");
    close(fd);
}

static void probe(uint16_t port, bool binds, bool late) {
    const struct sockaddr_in peer = loopback(port);
    const int on = 1;
    const int fd = make_client();
    narrow(fd, port);
    if (late) set_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (binds) bind_address(fd);
    if (connect(fd, (const struct sockaddr *)&peer, sizeof peer) != 0) fail("connect");
    if (!is_self_connected(fd)) fail("not connected to itself");
    close(fd);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: survey FIRST SECONDS\n");
        return 64;
    }
    const uint16_t first = atoi(argv[1]);
    const int sock_diag = make_netlink(NETLINK_SOCK_DIAG), route = make_netlink(NETLINK_ROUTE);
    const double used = processor_time(), start = now(), end = start + atof(argv[2]);
    long looked_at = 0;
    while (now() < end) {
        read_sysctl("/proc/sys/net/ipv4/ip_local_port_range");
        read_sysctl("/proc/sys/net/ipv4/ip_local_reserved_ports");
        read_sysctl("/proc/sys/net/ipv4/ip_local_port_step_width");
        dump_sockets(sock_diag, AF_INET);
        dump_sockets(sock_diag, AF_INET6);
        for (uint16_t port = first; port < first + TARGETS; port++, looked_at++) {
            ask_route(route);
            find_source();
            probe(port, false, false);
            probe(port, true, false);
            probe(port, true, true);
            probe(port, false, false);
        }
    }
    printf("%ld %.6f %.6f\n", looked_at, now() - start, processor_time() - used);
    return 0;
}
