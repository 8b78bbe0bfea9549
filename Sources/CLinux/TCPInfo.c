// What the kernel reports about a TCP socket. A file of its own: linux/tcp.h and netinet/tcp.h, which
// Glibc's module has, declare the same names.

#include "CLinux.h"

#include <linux/in.h>
#include <linux/tcp.h>
#include <string.h>

// The kernel's struct has grown at its end, and never changed before it.
_Static_assert(offsetof(struct tcp_info, tcpi_total_retrans) == 100, "the layout that sock_diag sends");
_Static_assert(offsetof(struct tcp_info, tcpi_max_pacing_rate) == 112, "the layout that sock_diag sends");
_Static_assert(offsetof(struct tcp_info, tcpi_bytes_received) == 128, "the layout that sock_diag sends");
_Static_assert(offsetof(struct tcp_info, tcpi_segs_out) == 136, "the layout that sock_diag sends");
_Static_assert(offsetof(struct tcp_info, tcpi_data_segs_in) == 152, "the layout that sock_diag sends");
_Static_assert(offsetof(struct tcp_info, tcpi_bytes_retrans) == 208, "the layout that sock_diag sends");

void clinux_parse_tcp_info(const void *octets, size_t length, struct clinux_tcp_info *result) {
    struct tcp_info info;
    memset(&info, 0, sizeof info);
    memcpy(&info, octets, length < sizeof info ? length : sizeof info);
    *result = (struct clinux_tcp_info){
        .state = info.tcpi_state,
        .segments_out = info.tcpi_segs_out,
        .segments_in = info.tcpi_segs_in,
        .data_segments_out = info.tcpi_data_segs_out,
        .data_segments_in = info.tcpi_data_segs_in,
        .segments_retransmitted = info.tcpi_total_retrans,
        .bytes_sent = info.tcpi_bytes_sent - info.tcpi_bytes_retrans,
        .bytes_received = info.tcpi_bytes_received,
        .milliseconds_since_sending = info.tcpi_last_data_sent,
        .max_pacing_rate = info.tcpi_max_pacing_rate,
    };
}

int clinux_tcp_info(int descriptor, struct clinux_tcp_info *result) {
    struct tcp_info info;
    socklen_t length = sizeof info;
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) {
        return -1;
    }
    clinux_parse_tcp_info(&info, length, result);
    return 0;
}
