// The latency of a client that sends requests now and then: one connection, a request every two milliseconds, the whole
// response read. Prints the median and the 99th percentile in microseconds. Unlike a client that sends requests as fast as
// it can, it leaves the processors to others, so that what is seen is the delay of the response.
//
//     latency PORT PATH SECONDS

#include "client.h"

#include <netinet/tcp.h>

enum { most = 1 << 20 };

static const double pace = 0.002;

// Reads one answer to its end; it has a Content-Length.
static void read_answer(int fd, char *buffer) {
    size_t have = 0, wanted = 0;
    while (wanted == 0 || have < wanted) {
        const ssize_t count = read(fd, buffer + have, most - 1 - have);
        if (count <= 0) fail("read");
        have += (size_t)count;
        buffer[have] = 0;
        char *end = wanted == 0 ? strstr(buffer, "\r\n\r\n") : NULL;
        if (end == NULL) continue;
        const char *length = strstr(buffer, "Content-Length: ");
        if (strncmp(buffer, "HTTP/1.1 200 ", 13) != 0 || length == NULL || length > end) {
            fprintf(stderr, "no answer of 200 with a length\n");
            exit(1);
        }
        wanted = (size_t)(end + 4 - buffer) + strtoul(length + 16, NULL, 10);
    }
}

static int compare(const void *left, const void *right) {
    const double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: latency PORT PATH SECONDS\n");
        return 64;
    }
    const struct sockaddr_in address = loopback((uint16_t)atoi(argv[1]));
    const size_t count = (size_t)(atof(argv[3]) / pace);
    double *taken = calloc(count, sizeof *taken);
    char *buffer = malloc(most), request[512];
    if (taken == NULL || buffer == NULL) fail("malloc");
    const int size = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", argv[2]);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    const int on = 1;
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    double next = now();
    for (size_t index = 0; index < count; index++, next += pace) {
        const double rest = next - now();
        if (rest > 0) usleep((useconds_t)(rest * 1e6));
        const double start = now();
        if (write(fd, request, (size_t)size) != size) fail("write");
        read_answer(fd, buffer);
        taken[index] = (now() - start) * 1e6;
    }
    qsort(taken, count, sizeof *taken, compare);
    printf("%.1f %.1f\n", taken[count / 2], taken[count * 99 / 100]);
    return 0;
}
