// The order of things in a launcher: lock, launch.json, the space for exit.json, the worker, exit.json.
// A lock that is held means alive; a free one without launch.json means, on the same boot, that nothing was ever started.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch.h"
#include "forkserver.h"
#include "launcher.h"
#include "supervise.h"

/// All signals are blocked: TERM, QUIT and CHLD are read from the descriptor, the others have no say.
static int take_over_signals(void) {
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGTERM);
    sigaddset(&ours, SIGQUIT);
    sigaddset(&ours, SIGCHLD);
    return signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
}

/// What a launcher can do for itself before it has a run: a session, no core file that may hold a secret. The signals, or -1.
static int fit_out(void) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    umask(077);
    return setsid() < 0 ? -1 : take_over_signals();
}

/// The bytes of the lock file: the starter holds one until the launcher holds the other.
enum lock_byte { STARTER_BYTE, LAUNCHER_BYTE };

static bool set_lock(int fd, short kind, enum lock_byte byte) {
    struct flock part = {.l_type = kind, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    return fcntl(fd, F_OFD_SETLK, &part) == 0;
}

/// Takes the launcher's lock on a description of its own, then gives up the starter's: that one may live on for a moment in
/// some other process that the starter was just forking. There is no moment without a lock. -1 = somebody else has it.
static int take_lock(void) {
    int own = openat(FOLDER_FD, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (own < 0 || !set_lock(own, F_WRLCK, LAUNCHER_BYTE)) {
        return -1;
    }
    set_lock(LOCK_FD, F_UNLCK, STARTER_BYTE);
    close(LOCK_FD);
    return own;
}

/// The record of the start is there before the one of the end, and goes after it.
static bool was_started_before(void) { return faccessat(FOLDER_FD, "launch.json", F_OK, 0) == 0; }

/// What comes between launch.json and the worker; what fails here is the run's failure to start.
static struct failure set_up(const struct plan *plan) {
    int error = plan->cgroup_launch == NULL ? 0 : cgroup_join(plan->cgroup_launch);
    if (error != 0) {
        return (struct failure){"cgroup_launch", error};
    }
    error = prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? 0 : errno;
    return (struct failure){"subreaper", error};
}

static int launch(const struct plan *plan, int signals) {
    static struct output output;
    struct children children = {.cgroup = plan->cgroup_work};
    struct worker worker = {.out = -1, .err = -1, .status = -1};
    struct ending ending = {.started_at = wall_ms()};
    if (!record_start(plan, ending.started_at)) {
        record_forget();
        return LAUNCHER_FOLDER;
    }
    output_begin(&output, plan->wire, plan->attempt > 1);
    ending.failure = set_up(plan);
    if (ending.failure.error == 0) {
        ending.failure = worker_start(plan, &worker);
    }
    if (ending.failure.error == 0) {
        children.worker = worker.pid;
        supervise(plan, &worker, signals, &children, &output, &ending);
    } else {
        ending.cause = CAUSE_START_FAILED;
        batch_started();
    }
    ending.ended_at = wall_ms();
    batch_wait();
    bool durable = forkserver_is_orphaned();
    if (durable) {
        output_sync(&output);    // the worker's result must not be younger than its end
    }
    return record_end(plan, &ending, &children, &output, durable) ? LAUNCHER_DONE : LAUNCHER_RECORD;
}

/// In a launcher.
static int work(void) {
    struct plan plan;
    int signals = fit_out();
    if (signals < 0) {
        return LAUNCHER_SETUP;
    }
    if (!forkserver_take()) {
        return LAUNCHER_DONE;
    }
    if (!plan_read(&plan)) {
        return LAUNCHER_PLAN;
    }
    close(PLAN_FD);
    int lock = take_lock();
    if (lock < 0 || was_started_before()) {
        return LAUNCHER_BUSY;
    }
    int code = launch(&plan, signals);
    // Before the end and not by it: who watches the folder hears of closing descriptors, and must then find the lock free.
    set_lock(lock, F_UNLCK, LAUNCHER_BYTE);
    return code;
}

int main(void) {
    if (!forkserver_begin()) {
        static const char said[] = "acore-launch: only acore-sched starts this program\n";
        return write(2, said, sizeof said - 1) < 0 ? LAUNCHER_SETUP : LAUNCHER_PLAN;
    }
    record_know_boot();
    if (!forkserver_wait()) {
        return LAUNCHER_DONE;
    }
    int code = work();
    batch_started();
    batch_pass_on();
    return code;
}
