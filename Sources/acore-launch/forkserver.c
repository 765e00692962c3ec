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

enum kind { START, BATCH_OVER, MAKE_READY };

struct request {
    uint32_t kind;
    uint32_t number;
};

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

/// Whether the message brought exactly what it must, each in its place.
static bool is_complete(struct msghdr *message, size_t count) {
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    int given[GIVEN];
    if (header == NULL || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(count * sizeof(int))) {
        return count == 0 && header == NULL;
    }
    memcpy(given, CMSG_DATA(header), count * sizeof(int));
    for (int i = 0; i < (int)count; i++) {
        if (given[i] != PLAN_FD + i) {
            return false;
        }
    }
    return (message->msg_flags & MSG_CTRUNC) == 0;
}

/// An errno, 0 for a request that can be carried out, -1 when no more will come.
static int receive(struct request *request) {
    union {
        char bytes[CMSG_SPACE(GIVEN * sizeof(int))];
        struct cmsghdr alignment;
    } room;
    struct iovec part = {request, sizeof *request};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room.bytes, .msg_controllen = sizeof room.bytes};
    if (recvmsg(SERVER_FD, &message, MSG_CMSG_CLOEXEC) != sizeof *request || request->kind > MAKE_READY) {
        return -1;
    }
    static const size_t brought[] = {[START] = GIVEN, [BATCH_OVER] = 0, [MAKE_READY] = 1};
    return is_complete(&message, brought[request->kind]) ? 0 : EMFILE;
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

/// In a launcher, that its request has still to come.
static bool is_ready;

/// In a new launcher: the line is that of those who wait, and the places of what will come are taken, so that nothing else gets them.
static void become_ready(void) {
    is_ready = true;
    dup3(PLAN_FD, SERVER_FD, O_CLOEXEC);
    for (int place = PLAN_FD; place < FIRST_FREE_FD; place++) {
        dup3(0, place, O_CLOEXEC);
    }
}

/// One launcher's process id, or an errno below zero; 0 in the launcher.
static int32_t make_one(const struct request *request) {
    batch_join(request->kind == START ? request->number : 0);
    pid_t pid = fork_between_ticks();
    if (pid < 0) {
        pid = -errno;
        batch_started();
    }
    return pid;
}

/// Answers at once for each launcher: should we die, the starter knows all but one of its children. True in a launcher.
static bool carry_out(const struct request *request, int error) {
    uint32_t left = error == 0 && request->kind == MAKE_READY ? request->number : 1;
    while (left > 0) {
        int32_t answer = error == 0 ? make_one(request) : -error;
        if (answer == 0) {
            if (request->kind == MAKE_READY) {
                become_ready();
            }
            return true;
        }
        left = answer < 0 ? 0 : left - 1;
        if (left == 0) {
            drop_given();
        }
        send(SERVER_FD, &answer, sizeof answer, MSG_NOSIGNAL);
    }
    return false;
}

bool forkserver_wait(void) {
    struct request request;
    for (int error = receive(&request); error >= 0; error = receive(&request)) {
        if (request.kind == BATCH_OVER) {
            batch_over(request.number);
        } else if (carry_out(&request, error)) {
            return true;
        }
    }
    return false;
}

/// What was sent to a launcher before anybody knew that it has a run is not meant for the run.
static void forget_signals(void) {
    sigset_t all;
    struct timespec at_once = {0, 0};
    sigfillset(&all);
    while (sigtimedwait(&all, NULL, &at_once) > 0) {
    }
}

bool forkserver_take(void) {
    if (is_ready) {
        struct request request;
        drop_given();
        int error = receive(&request);
        if (error < 0 || (error == 0 && request.kind != START)) {
            return false;
        }
        batch_join(error == 0 ? request.number : 0);
        forget_signals();
        int32_t answer = error == 0 ? getpid() : -error;
        // Carried out even if the starter has gone meanwhile: it has written that it asked.
        send(SERVER_FD, &answer, sizeof answer, MSG_NOSIGNAL);
        if (error != 0) {
            return false;
        }
    }
    close(SERVER_FD);
    return true;
}
