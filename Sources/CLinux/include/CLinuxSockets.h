#ifndef CLINUX_SOCKETS_H
#define CLINUX_SOCKETS_H

/// Who is at the other end of a Unix socket, as the kernel knows it: `struct ucred` of unix(7), which glibc shows only under _GNU_SOURCE.
struct linux_peer {
    int32_t pid;
    uint32_t uid;
    uint32_t gid;
};

static const int LINUX_SO_PEERCRED = SO_PEERCRED;

#endif
