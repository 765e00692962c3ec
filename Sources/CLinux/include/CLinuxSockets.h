#ifndef CLINUX_SOCKETS_H
#define CLINUX_SOCKETS_H

/// Who is at the other end of a Unix socket, as the kernel knows it: `struct ucred` of unix(7), which glibc shows only under _GNU_SOURCE.
struct linux_peer {
    int32_t pid;
    uint32_t uid;
    uint32_t gid;
};

static const int LINUX_SO_PEERCRED = SO_PEERCRED;

/// The most descriptors of one message here.
enum { LINUX_DESCRIPTOR_BOUND = 8 };

/// Two ends of a line for whole messages, both closed on exec.
static inline int linux_message_pair(int ends[2]) {
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
}

/// Sends copies of descriptors, at most LINUX_DESCRIPTOR_BOUND, with a message: unix(7), SCM_RIGHTS.
static inline int linux_send_descriptors(int socket, const void *bytes, size_t length, const int *descriptors, size_t count) {
    union {
        char bytes[CMSG_SPACE(LINUX_DESCRIPTOR_BOUND * sizeof(int))];
        struct cmsghdr alignment;
    } room;
    struct iovec part = {(void *)bytes, length};
    struct msghdr message;
    if (count > LINUX_DESCRIPTOR_BOUND) {
        errno = EINVAL;
        return -1;
    }
    memset(&message, 0, sizeof message);
    memset(&room, 0, sizeof room);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (count > 0) {
        message.msg_control = room.bytes;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL) == (ssize_t)length ? 0 : -1;
}

#endif
