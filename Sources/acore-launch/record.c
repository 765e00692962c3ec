// launch.json says that a worker may have been started, exit.json how it ended. Each appears whole or not at all: written
// under another name, renamed. The space for exit.json is set aside before the worker starts, so that a disk which the worker
// fills cannot hide its end.
//
// What a power cut must not take is in the ledger: the claim before the launcher is asked for, the end as soon as the starter has
// read it. So only a launcher whose starter has gone syncs, and what it says of the end.
#define _GNU_SOURCE
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "forkserver.h"

#define RESERVED "exit.json.reserved"

/// The 22nd field of /proc/self/stat: when this process started, in clock ticks since boot.
static int64_t read_start_time(void) {
    char stat[1024];
    if (!read_small(AT_FDCWD, "/proc/self/stat", stat, sizeof stat)) {
        return -1;
    }
    char *at = strrchr(stat, ')');
    for (int field = 2; at != NULL && field < 22; field++) {
        at = strchr(at + 1, ' ');
    }
    return at == NULL ? -1 : strtoll(at, NULL, 10);
}

static int64_t own_start_time(void) {
    int64_t tick = forkserver_start_tick();
    return tick >= 0 ? tick : read_start_time();
}

static char boot[64];

void record_know_boot(void) {
    read_small(AT_FDCWD, "/proc/sys/kernel/random/boot_id", boot, sizeof boot);
    boot[strcspn(boot, "\n")] = 0;
}

static void put_identity(struct text *text, const struct plan *plan) {
    text_put(text, "{\"v\":1");
    text_string(text, "run", plan->run);
    text_field(text, "attempt", plan->attempt);
    text_string(text, "boot_id", boot);
}

static bool write_launch(const struct text *text) {
    int fd = openat(FOLDER_FD, "launch.json.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return false;
    }
    bool good = !text->cut && write_all(fd, text->bytes, text->used);
    close(fd);
    return good && renameat(FOLDER_FD, "launch.json.new", FOLDER_FD, "launch.json") == 0;
}

/// What will be exit.json, and whether its space already counts as length.
static int reserved = -1;
static bool reserved_is_long;

/// The space matters while this launcher lives, so it needs no sync. Where the file system can set it aside beyond the file's end, nothing
/// has to be cut off later.
static bool reserve(void) {
    reserved = openat(FOLDER_FD, RESERVED, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (reserved < 0) {
        return false;
    }
    if (fallocate(reserved, FALLOC_FL_KEEP_SIZE, 0, RECORD_BOUND) == 0) {
        return true;
    }
    reserved_is_long = true;
    return posix_fallocate(reserved, 0, RECORD_BOUND) == 0;
}

bool record_start(const struct plan *plan, int64_t started_at) {
    char bytes[RECORD_BOUND];
    struct text text = {.bytes = bytes, .room = sizeof bytes};
    put_identity(&text, plan);
    text_field(&text, "pid", getpid());
    text_field(&text, "start_time", own_start_time());
    text_field(&text, "started_at_ms", started_at);
    text_field(&text, "deadline_ms", plan->timeout_ms == 0 ? 0 : started_at + plan->timeout_ms);
    if (plan->cgroup_work != NULL) {
        text_string(&text, "cgroup", plan->cgroup_work);
    }
    text_put(&text, "}\n");
    return write_launch(&text) && reserve();
}

void record_forget(void) {
    unlinkat(FOLDER_FD, "launch.json.new", 0);
    unlinkat(FOLDER_FD, "launch.json", 0);
    unlinkat(FOLDER_FD, RESERVED, 0);
}

static void put_worker(struct text *text, const struct children *children, enum cause cause) {
    if (!children->worker_ended || cause == CAUSE_START_FAILED) {
        return;
    }
    text_field(text, children->how == CLD_EXITED ? "code" : "signal", children->status);
    text_put(text, children->how == CLD_DUMPED ? ",\"core\":true" : ",\"core\":false");
}

static void put_usage(struct text *text) {
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    text_put(text, ",\"rusage\":{\"user_us\":");
    text_number(text, (int64_t)used.ru_utime.tv_sec * 1000000 + used.ru_utime.tv_usec);
    text_field(text, "sys_us", (int64_t)used.ru_stime.tv_sec * 1000000 + used.ru_stime.tv_usec);
    text_field(text, "max_rss_kb", used.ru_maxrss);
    text_field(text, "in_blocks", used.ru_inblock);
    text_field(text, "out_blocks", used.ru_oublock);
    text_field(text, "voluntary_switches", used.ru_nvcsw);
    text_field(text, "involuntary_switches", used.ru_nivcsw);
    text_put(text, "}");
}

static void put_known(struct text *text, const char *name, int64_t value) {
    if (value >= 0) {
        text_field(text, name, value);
    }
}

static void put_figures(struct text *text, const char *cgroup) {
    struct figures figures = cgroup_figures(cgroup);
    if (cgroup == NULL) {
        return;
    }
    text_string(text, "cgroup", cgroup);
    put_known(text, "memory_peak", figures.memory_peak);
    put_known(text, "cpu_usec", figures.cpu_usec);
    put_known(text, "io_read", figures.io_read);
    put_known(text, "io_write", figures.io_write);
    put_known(text, "oom_kills", figures.oom_kills);
    put_known(text, "pids_peak", figures.pids_peak);
}

static void put_output(struct text *text, const struct output *output) {
    int error = output->events.error != 0 ? output->events.error : output->errors.error;
    text_put(text, ",\"output\":{\"stdout_bytes\":");
    text_number(text, (int64_t)output->streams[0].bytes);
    text_field(text, "stderr_bytes", (int64_t)output->streams[1].bytes);
    text_field(text, "kept_bytes", output_kept(output));
    text_put(text, output->full ? ",\"cut\":true" : ",\"cut\":false");
    text_field(text, "cut_lines", (int64_t)output->cut_lines);
    text_field(text, "dropped_events", (int64_t)output->dropped_events);
    text_field(text, "lost_to_full_disk", (int64_t)(output->events.lost_bytes + output->errors.lost_bytes));
    if (error != 0) {
        text_string(text, "write_error", strerror(error));
    }
    text_put(text, "}");
}

static void put_failure(struct text *text, const struct failure *failure) {
    if (failure->error == 0) {
        return;
    }
    text_put(text, ",\"error\":{\"step\":\"");
    text_put(text, failure->step);
    text_put(text, "\"");
    text_field(text, "errno", failure->error);
    text_string(text, "text", strerror(failure->error));
    text_put(text, "}");
}

/// pwrite over the space set aside, the file cut to its text, renamed; each step on the disk before the next when it is to be durable.
static bool write_exit(const struct text *text, bool durable) {
    struct stat status;
    if (fstat(reserved, &status) == 0 && status.st_nlink == 0) {    // a job of the daemon's own user can take it away
        close(reserved);
        reserved = openat(FOLDER_FD, RESERVED, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    }
    bool good = pwrite(reserved, text->bytes, text->used, 0) == (ssize_t)text->used;
    good = good && (!reserved_is_long || ftruncate(reserved, (off_t)text->used) == 0);
    good = good && (!durable || fsync(reserved) == 0);
    close(reserved);
    return good && renameat(FOLDER_FD, RESERVED, FOLDER_FD, "exit.json") == 0 && (!durable || fsync(FOLDER_FD) == 0);
}

bool record_end(const struct plan *plan, const struct ending *ending, const struct children *children, const struct output *output,
                bool durable) {
    static const char *const causes[] = {"exited", "timed_out", "stopped", "start_failed"};
    char bytes[RECORD_BOUND];
    struct text text = {.bytes = bytes, .room = sizeof bytes};
    put_identity(&text, plan);
    text_string(&text, "cause", causes[ending->cause]);
    put_worker(&text, children, ending->cause);
    text_field(&text, "started_at_ms", ending->started_at);
    text_field(&text, "ended_at_ms", ending->ended_at);
    text_field(&text, "duration_ms", ending->duration_ms);
    put_usage(&text);
    put_figures(&text, children->cgroup);
    put_output(&text, output);
    text_field(&text, "orphans_killed", children->orphans_killed);
    text_field(&text, "left_behind", ending->left_behind);
    put_failure(&text, &ending->failure);
    text_put(&text, "}\n");
    return !text.cut && write_exit(&text, durable);
}
