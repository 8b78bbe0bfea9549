/* libsystemd, for what the service manager passes and for the journal; and what takes macros of the C library to send a
   notification. */
#pragma once

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

/* unistd.h declares it under _GNU_SOURCE only. */
extern int pipe2(int ends[2], int flags);

/* sendmsg(2) of one datagram, with a descriptor unless that is negative (unix(7), SCM_RIGHTS). */
static inline ssize_t csystemd_send(
    int socket, const struct sockaddr_un *_Nonnull address, socklen_t length, const void *_Nonnull octets, size_t count,
    int descriptor, int flags) {
    union {
        struct cmsghdr header;
        char octets[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec piece = {.iov_base = (void *)octets, .iov_len = count};
    struct msghdr message = {
        .msg_name = (void *)address, .msg_namelen = length, .msg_iov = &piece, .msg_iovlen = 1};
    if (descriptor >= 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof descriptor);
        memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
    }
    return sendmsg(socket, &message, flags);
}
