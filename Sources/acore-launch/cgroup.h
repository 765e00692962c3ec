#ifndef CGROUP_H
#define CGROUP_H

#include "launcher.h"

/// What the kernel counted for the worker's cgroup; -1 = not known.
struct figures {
    int64_t memory_peak;
    int64_t cpu_usec;
    int64_t io_read;
    int64_t io_write;
    int64_t oom_kills;
    int64_t pids_peak;
};

/// Moves the caller into the cgroup at an absolute path; an errno, or 0.
int cgroup_join(const char *path);
/// Ends every process in the cgroup at once; false when the kernel cannot.
bool cgroup_kill(const char *path);
/// Reads the figures; `path` may be NULL.
struct figures cgroup_figures(const char *path);

#endif
