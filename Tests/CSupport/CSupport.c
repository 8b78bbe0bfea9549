#define _GNU_SOURCE

#include "CSupport.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int csupport_unshare_files(void) {
    return unshare(CLONE_FILES);
}

static int bpf(enum bpf_cmd command, union bpf_attr *attributes, size_t size) {
    return (int)syscall(SYS_bpf, command, attributes, size);
}

// if (address == 127.0.0.1 or ::1 && context->user_port == from) context->user_port = to; return 1;
static int load(enum bpf_attach_type type, uint16_t from, uint16_t to) {
    const bool is_ipv4 = type == BPF_CGROUP_INET4_CONNECT || type == BPF_CGROUP_INET4_GETPEERNAME;
    const int16_t address =
        is_ipv4 ? offsetof(struct bpf_sock_addr, user_ip4) : offsetof(struct bpf_sock_addr, user_ip6[3]);
    const int16_t port = offsetof(struct bpf_sock_addr, user_port);
    const struct bpf_insn program[] = {
        {.code = BPF_LDX | BPF_W | BPF_MEM, .dst_reg = BPF_REG_2, .src_reg = BPF_REG_1, .off = address},
        {.code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = BPF_REG_2, .off = 4, .imm = htonl(is_ipv4 ? INADDR_LOOPBACK : 1)},
        {.code = BPF_LDX | BPF_W | BPF_MEM, .dst_reg = BPF_REG_2, .src_reg = BPF_REG_1, .off = port},
        {.code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = BPF_REG_2, .off = 2, .imm = htons(from)},
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2, .imm = htons(to)},
        {.code = BPF_STX | BPF_W | BPF_MEM, .dst_reg = BPF_REG_1, .src_reg = BPF_REG_2, .off = port},
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1},
        {.code = BPF_JMP | BPF_EXIT},
    };
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR;
    attributes.expected_attach_type = type;
    attributes.insns = (uintptr_t)program;
    attributes.insn_cnt = sizeof program / sizeof *program;
    attributes.license = (uintptr_t) "Apache-2.0";
    return bpf(BPF_PROG_LOAD, &attributes, sizeof attributes);
}

int csupport_rewrite_port(int group, enum csupport_rewriting when, uint16_t from, uint16_t to) {
    static const enum bpf_attach_type types[] = {
        [CSUPPORT_CONNECT4] = BPF_CGROUP_INET4_CONNECT,
        [CSUPPORT_CONNECT6] = BPF_CGROUP_INET6_CONNECT,
        [CSUPPORT_GETPEERNAME4] = BPF_CGROUP_INET4_GETPEERNAME,
        [CSUPPORT_GETPEERNAME6] = BPF_CGROUP_INET6_GETPEERNAME,
    };
    const int program = load(types[when], from, to);
    if (program < 0) {
        return -1;
    }
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.link_create.prog_fd = (uint32_t)program;
    attributes.link_create.target_fd = (uint32_t)group;
    attributes.link_create.attach_type = types[when];
    const int link = bpf(BPF_LINK_CREATE, &attributes, sizeof attributes);
    const int error = errno;
    close(program);
    errno = error;
    return link;
}

const int csupport_spawn_session = POSIX_SPAWN_SETSID;

int csupport_open_terminal(uint16_t columns, char *path, int size)
{
    const struct winsize window = {.ws_row = 50, .ws_col = columns};
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (terminal < 0)
        return -1;
    if (grantpt(terminal) != 0 || unlockpt(terminal) != 0 || ptsname_r(terminal, path, size) != 0 ||
        ioctl(terminal, TIOCSWINSZ, &window) != 0) {
        close(terminal);
        return -1;
    }
    return terminal;
}
