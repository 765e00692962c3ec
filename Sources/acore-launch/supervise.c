// One poll over the signals, both pipes and the start's outcome; its timeout is the next thing due, so nothing wakes the
// launcher while nothing happens. TERM asks to stop, QUIT to kill at once.
#define _GNU_SOURCE
#include "supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "batch.h"

enum { NEVER = -1, RESCAN_MS = 100 };

/// The loop's own state; times are monotonic milliseconds, NEVER = not set.
struct watch {
    const struct plan *plan;
    struct worker *worker;
    struct children *children;
    struct output *output;
    struct ending *ending;
    int signals;
    int64_t deadline;
    int64_t kill_at;
    int64_t give_up_at;
};

static void begin_killing(struct watch *watch) {
    children_kill(watch->children);
    watch->kill_at = NEVER;
    watch->deadline = NEVER;
}

/// TERM for the worker's group; CONT, so that a stopped process can hear it.
static void begin_stopping(struct watch *watch, enum cause cause) {
    if (watch->children->killing || watch->kill_at != NEVER) {
        return;
    }
    watch->ending->cause = cause;
    watch->deadline = NEVER;
    watch->kill_at = monotonic_ms() + watch->plan->grace_ms;
    children_signal(watch->children, SIGTERM);
    children_signal(watch->children, SIGCONT);
}

static void take_signals(struct watch *watch) {
    struct signalfd_siginfo info;
    bool stop = false, kill = false;
    while (read(watch->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        stop = stop || info.ssi_signo == SIGTERM;
        kill = kill || info.ssi_signo == SIGQUIT;
    }
    children_reap(watch->children);
    if (stop || kill) {
        begin_stopping(watch, CAUSE_STOPPED);
    }
    if (kill && !watch->children->killing) {
        begin_killing(watch);
    }
}

static void take_start(struct watch *watch) {
    watch->ending->failure = worker_outcome(watch->worker);
    batch_started();
    if (watch->ending->failure.error != 0) {
        watch->ending->cause = CAUSE_START_FAILED;
    }
}

static void take_time(struct watch *watch) {
    int64_t now = monotonic_ms();
    if (watch->deadline != NEVER && now >= watch->deadline) {
        begin_stopping(watch, CAUSE_TIMED_OUT);
    }
    if (watch->kill_at != NEVER && now >= watch->kill_at) {
        begin_killing(watch);
    }
    if (watch->children->killing) {
        watch->deadline = NEVER;
        watch->kill_at = NEVER;
        watch->give_up_at = watch->give_up_at == NEVER ? now + KILL_WAIT_MS : watch->give_up_at;
    }
}

/// Milliseconds until something is due, at most what poll can take; -1 = nothing.
static int time_left(const struct watch *watch) {
    if (watch->children->killing) {
        return RESCAN_MS;
    }
    int64_t next = watch->kill_at != NEVER ? watch->kill_at : watch->deadline;
    if (next == NEVER) {
        return -1;
    }
    int64_t left = next - monotonic_ms();
    return left < 0 ? 0 : left > 86400000 ? 86400000 : (int)left;
}

static void wait_once(struct watch *watch) {
    struct pollfd ready[] = {
        {.fd = watch->signals, .events = POLLIN},
        {.fd = watch->output->streams[0].fd, .events = POLLIN},
        {.fd = watch->output->streams[1].fd, .events = POLLIN},
        {.fd = watch->worker->status, .events = POLLIN},
    };
    int count = poll(ready, sizeof ready / sizeof *ready, time_left(watch));
    if (count > 0 && ready[3].revents != 0) {
        take_start(watch);
    }
    for (int i = 0; count > 0 && i < 2; i++) {
        if (ready[1 + i].revents != 0) {
            output_take(watch->output, &watch->output->streams[i]);
        }
    }
    if (count > 0 && ready[0].revents != 0) {
        take_signals(watch);
    } else if (count == 0 && watch->children->killing) {
        children_reap(watch->children);
    }
    take_time(watch);
}

void supervise(const struct plan *plan, struct worker *worker, int signals, struct children *children, struct output *output,
               struct ending *ending) {
    int64_t began = monotonic_ms();
    struct watch watch = {plan, worker, children, output, ending, signals, NEVER, NEVER, NEVER};
    watch.deadline = plan->timeout_ms == 0 ? NEVER : began + plan->timeout_ms;
    output->streams[0].fd = worker->out;
    output->streams[1].fd = worker->err;
    while (!children->none_left && (watch.give_up_at == NEVER || monotonic_ms() < watch.give_up_at)) {
        wait_once(&watch);
    }
    if (worker->status >= 0) {
        take_start(&watch);
    }
    ending->left_behind = children->none_left ? 0 : children_left();
    ending->duration_ms = monotonic_ms() - began;
    output_finish(output);
}
