#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int open_cgroup(const char *path) { return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC); }

int cgroup_join(const char *path) {
    int directory = open_cgroup(path);
    if (directory < 0) {
        return errno;
    }
    int error = write_small(directory, "cgroup.procs", "0");
    close(directory);
    return error;
}

/// Kernels before 5.14 have no cgroup.kill: each process by its number.
static void kill_each(int directory) {
    static char pids[64 * 1024];
    if (!read_small(directory, "cgroup.procs", pids, sizeof pids)) {
        return;
    }
    for (char *rest, *pid = strtok_r(pids, "\n", &rest); pid != NULL; pid = strtok_r(NULL, "\n", &rest)) {
        kill((pid_t)strtol(pid, NULL, 10), SIGKILL);
    }
}

bool cgroup_kill(const char *path) {
    int directory = open_cgroup(path);
    if (directory < 0) {
        return false;
    }
    int error = write_small(directory, "cgroup.kill", "1");
    if (error != 0) {
        kill_each(directory);
    }
    close(directory);
    return error == 0;
}

static int64_t number_in(int directory, const char *name) {
    char text[64], *end;
    if (!read_small(directory, name, text, sizeof text)) {
        return -1;
    }
    int64_t value = strtoll(text, &end, 10);
    return end == text ? -1 : value;
}

/// The number after the first `key` that begins a line, as in cpu.stat.
static int64_t number_after(int directory, const char *name, const char *key) {
    char text[4096];
    if (!read_small(directory, name, text, sizeof text)) {
        return -1;
    }
    size_t length = strlen(key);
    for (char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) == 0 && line[length] == ' ') {
            return strtoll(line + length, NULL, 10);
        }
    }
    return -1;
}

/// The sum over all devices of `key`, for example " rbytes=" in io.stat.
static int64_t sum_of(int directory, const char *name, const char *key) {
    char text[4096];
    if (!read_small(directory, name, text, sizeof text)) {
        return -1;
    }
    int64_t sum = 0;
    for (char *at = strstr(text, key); at != NULL; at = strstr(at, key)) {
        at += strlen(key);
        sum += strtoll(at, NULL, 10);
    }
    return sum;
}

struct figures cgroup_figures(const char *path) {
    struct figures figures = {-1, -1, -1, -1, -1, -1};
    int directory = path == NULL ? -1 : open_cgroup(path);
    if (directory < 0) {
        return figures;
    }
    figures.memory_peak = number_in(directory, "memory.peak");
    figures.cpu_usec = number_after(directory, "cpu.stat", "usage_usec");
    figures.io_read = sum_of(directory, "io.stat", " rbytes=");
    figures.io_write = sum_of(directory, "io.stat", " wbytes=");
    figures.oom_kills = number_after(directory, "memory.events", "oom_kill");
    figures.pids_peak = number_in(directory, "pids.peak");
    close(directory);
    return figures;
}
