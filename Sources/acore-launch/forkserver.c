#define _GNU_SOURCE
#include "forkserver.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "batch.h"
#include "launcher.h"

/// What the byte of a message says.
enum request { START_ALONE, START_IN_BATCH, BATCH_OVER };

/// Above the places of a launcher's descriptors: what is received takes the lowest free numbers, which are those.
enum { SERVER_FD = FIRST_FREE_FD, GIVEN = FIRST_FREE_FD - PLAN_FD };

/// The starter's terminal and the service's stop are for others; a launcher decides for itself what it hears. A worker begins with the
/// dispositions of this process.
static void hear_nothing(void) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    for (int signal = 1; signal < NSIG; signal++) {
        struct sigaction standard = {.sa_handler = SIG_DFL};
        sigaction(signal, &standard, NULL);    // KILL and STOP refuse, which is right
    }
}

static pid_t starter;
static long ticks;    // of the kernel's clock for processes, in a second

bool forkserver_is_orphaned(void) { return getppid() != starter; }

bool forkserver_begin(void) {
    struct stat status;
    starter = getppid();
    ticks = sysconf(_SC_CLK_TCK);
    hear_nothing();
    bool good = fstat(PLAN_FD, &status) == 0 && S_ISSOCK(status.st_mode) && dup3(PLAN_FD, SERVER_FD, O_CLOEXEC) == SERVER_FD;
    syscall(SYS_close_range, (unsigned)PLAN_FD, (unsigned)LOCK_FD, 0U);
    syscall(SYS_close_range, (unsigned)SERVER_FD + 1, ~0U, 0U);
    batch_open();
    return good;
}

static void drop_given(void) { syscall(SYS_close_range, (unsigned)PLAN_FD, (unsigned)LOCK_FD, 0U); }

/// Whether the message brought exactly what a launcher needs, each in its place.
static bool is_complete(struct msghdr *message) {
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    int given[GIVEN];
    if (header == NULL || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof given)) {
        return false;
    }
    memcpy(given, CMSG_DATA(header), sizeof given);
    for (int i = 0; i < GIVEN; i++) {
        if (given[i] != PLAN_FD + i) {
            return false;
        }
    }
    return (message->msg_flags & MSG_CTRUNC) == 0;
}

/// An errno, 0 for a request that can be carried out, -1 when no more will come.
static int receive(char *request) {
    union {
        char bytes[CMSG_SPACE(GIVEN * sizeof(int))];
        struct cmsghdr alignment;
    } room;
    struct iovec part = {request, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room.bytes, .msg_controllen = sizeof room.bytes};
    if (recvmsg(SERVER_FD, &message, MSG_CMSG_CLOEXEC) != 1) {
        return -1;
    }
    batch_expect(*request == START_IN_BATCH);
    return *request == BATCH_OVER ? 0 : is_complete(&message) ? 0 : EMFILE;
}

/// A child of the starter, so that it need not be told of its end by a process that may be gone.
static pid_t fork_sibling(void) {
    struct clone_args arguments = {.flags = CLONE_PARENT};
    long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid < 0 && errno == ENOSYS) {    // containers that know no clone3
        pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
    }
    return (pid_t)pid;
}

static int64_t start_tick = -1;

int64_t forkserver_start_tick(void) { return start_tick; }

/// The kernel's clock for the start of processes, in its ticks.
static int64_t boot_tick(void) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec * ticks + now.tv_nsec / (1000000000 / ticks);
}

/// Two looks at the clock that fall into one tick, before the fork and after it, say when the process started. Having /proc tell everything it
/// knows of a process costs the kernel as much as a file.
static pid_t fork_between_ticks(void) {
    int64_t before = boot_tick();
    pid_t pid = fork_sibling();
    if (pid == 0 && boot_tick() == before) {
        start_tick = before;
    }
    return pid;
}

bool forkserver_wait(void) {
    int32_t answer;
    char request;
    for (int error = receive(&request); error >= 0; error = receive(&request)) {
        if (request == BATCH_OVER) {
            continue;
        }
        pid_t pid = error == 0 ? fork_between_ticks() : -1;
        if (pid == 0) {
            return true;
        }
        answer = pid > 0 ? pid : error == 0 ? -errno : -error;
        drop_given();
        if (send(SERVER_FD, &answer, sizeof answer, MSG_NOSIGNAL) != sizeof answer) {
            break;
        }
    }
    batch_expect(false);
    return false;
}
