#ifndef CLINUX_PROCESSES_H
#define CLINUX_PROCESSES_H

/// A descriptor for a process: readable when it has ended, safe against the number's reuse.
static inline int linux_pidfd_open(pid_t pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

/// Sends a signal to the process of a pidfd.
static inline int linux_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

/// Collects an ended child by its pidfd without waiting: 1 collected, 0 still running, -1 error (ECHILD: not our child).
///
/// `how` becomes CLD_EXITED, CLD_KILLED or CLD_DUMPED; `status` the exit code or the signal.
static inline int linux_reap(int pidfd, int *how, int *status) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid((idtype_t)3 /* P_PIDFD */, (id_t)pidfd, &info, WEXITED | WNOHANG) != 0) {
        return -1;
    }
    *how = info.si_code;
    *status = info.si_status;
    return info.si_pid != 0;
}

/// prctl(2) with its four arguments.
static inline int linux_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d) {
    return prctl(option, a, b, c, d);
}

/// The I/O class and level of a process (0 = the caller).
static inline int linux_ioprio_set(pid_t pid, int io_class, int level) {
    return (int)syscall(SYS_ioprio_set, 1 /* IOPRIO_WHO_PROCESS */, pid, io_class << 13 | level);
}

/// The I/O class (upper bits) and level (lower 13) of a process (0 = the caller).
static inline int linux_ioprio_get(pid_t pid) {
    return (int)syscall(SYS_ioprio_get, 1 /* IOPRIO_WHO_PROCESS */, pid);
}

/// The user, or the group, as whom the thread that calls opens files, and it alone; returns the one before. A user other than root's takes
/// the thread's power over others' files away for as long.
static inline int linux_setfsuid(uid_t user) {
    return (int)syscall(SYS_setfsuid, user);
}

static inline int linux_setfsgid(gid_t group) {
    return (int)syscall(SYS_setfsgid, group);
}

/// The thread that calls.
static inline pid_t linux_gettid(void) {
    return (pid_t)syscall(SYS_gettid);
}

/// Who is at the other end of a Unix socket, as the kernel recorded it on connect.
static inline int linux_peer_credentials(int socket, pid_t *pid, uid_t *uid, gid_t *gid) {
    struct { pid_t pid; uid_t uid; gid_t gid; } peer;   // the kernel's struct ucred
    socklen_t length = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) {
        return -1;
    }
    *pid = peer.pid;
    *uid = peer.uid;
    *gid = peer.gid;
    return 0;
}

/// A spawned process begins without the descriptors from this one on; posix_spawn(3), which glibc shows only under _GNU_SOURCE.
int linux_spawn_close_from(posix_spawn_file_actions_t *actions, int first);

/// A spawned process begins in this folder; as above.
int linux_spawn_in_folder(posix_spawn_file_actions_t *actions, const char *path);

#endif
