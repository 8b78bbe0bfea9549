// Runs a program with its output thrown away, and prints what it took: seconds, processor seconds, and its resident
// memory at most, in KiB.
//
//     measure PROGRAM ARGUMENT...

#include "client.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: measure PROGRAM ARGUMENT...\n");
        return 64;
    }
    const double start = now();
    const pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        const int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, 1);
        execvp(argv[1], argv + 1);
        fail(argv[1]);
    }
    int status;
    struct rusage used;
    if (wait4(child, &status, 0, &used) != child) fail("wait4");
    if (status != 0) return 1;
    printf("%.6f %.6f %ld\n", now() - start, seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss);
    return 0;
}
