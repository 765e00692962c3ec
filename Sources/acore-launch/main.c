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

/// What a launcher makes for itself before it knows its run: one that was made ahead waits with it.
struct outfit {
    int signals;              ///< a signalfd
    struct worker worker;
    struct failure failure;   ///< what went wrong is the run's failure to start
};

/// All signals are blocked: TERM, QUIT and CHLD are read from the descriptor, the others have no say.
static int take_over_signals(void) {
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGTERM);
    sigaddset(&ours, SIGQUIT);
    sigaddset(&ours, SIGCHLD);
    return signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
}

/// A session of our own; whoever starts us as a session leader already has done it.
static bool own_session(void) { return setsid() >= 0 || getsid(0) == getpid(); }

/// False when the system refuses a session or a signal descriptor. No core file may hold a secret.
static bool fit_out(struct outfit *outfit) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    umask(077);
    outfit->signals = take_over_signals();
    outfit->failure = worker_open(&outfit->worker);
    if (outfit->failure.error == 0) {
        int error = prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? 0 : errno;
        outfit->failure = (struct failure){"subreaper", error};
    }
    return outfit->signals >= 0 && own_session();
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

/// What comes between launch.json and the worker.
static struct failure join_own_cgroup(const struct plan *plan) {
    return (struct failure){"cgroup_launch", plan->cgroup_launch == NULL ? 0 : cgroup_join(plan->cgroup_launch)};
}

static int launch(const struct plan *plan, struct outfit *outfit) {
    static struct output output;
    struct children children = {.cgroup = plan->cgroup_work};
    struct ending ending = {.started_at = wall_ms(), .failure = outfit->failure};
    if (!record_start(plan, ending.started_at)) {
        record_forget();
        return LAUNCHER_FOLDER;
    }
    output_begin(&output, plan->wire, plan->attempt > 1);
    if (ending.failure.error == 0) {
        ending.failure = join_own_cgroup(plan);
    }
    if (ending.failure.error == 0) {
        ending.failure = worker_start(plan, &outfit->worker);
    }
    if (ending.failure.error == 0) {
        children.worker = outfit->worker.pid;
        supervise(plan, &outfit->worker, outfit->signals, &children, &output, &ending);
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

/// In a launcher with its descriptors in their places.
static int work(struct outfit *outfit) {
    struct plan plan;
    if (!plan_read(&plan)) {
        return LAUNCHER_PLAN;
    }
    close(PLAN_FD);
    int lock = take_lock();
    if (lock < 0 || was_started_before()) {
        return LAUNCHER_BUSY;
    }
    int code = launch(&plan, outfit);
    // Before the end and not by it: who watches the folder hears of closing descriptors, and must then find the lock free.
    set_lock(lock, F_UNLCK, LAUNCHER_BYTE);
    return code;
}

/// In a launcher: its own things first, then its request.
static int be_launcher(void) {
    struct outfit outfit;
    if (!fit_out(&outfit)) {
        return LAUNCHER_SETUP;
    }
    return forkserver_take() ? work(&outfit) : LAUNCHER_DONE;
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
    int code = be_launcher();
    batch_started();
    batch_pass_on();
    return code;
}
