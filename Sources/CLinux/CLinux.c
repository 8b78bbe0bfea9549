#define _GNU_SOURCE

#include "CLinux.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>

int clinux_accept(int listener, struct sockaddr *peer, socklen_t *length) {
    return accept4(listener, peer, length, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int clinux_unshare_network(void) {
    return unshare(CLONE_NEWNET);
}

int clinux_enter_network(int descriptor) {
    return setns(descriptor, CLONE_NEWNET);
}

const char *clinux_error_name(int number) {
    return strerrorname_np(number);
}

const char *clinux_error_text(int number) {
    return strerrordesc_np(number);
}

void clinux_name_thread(const char *name) {
    pthread_setname_np(pthread_self(), name);
}
