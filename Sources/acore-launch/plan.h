#ifndef PLAN_H
#define PLAN_H

#include "launcher.h"

struct limit {
    int resource;
    rlim_t value;
};

/// What to start and how; every pointer lies in the plan's own memory.
struct plan {
    const char *run;              ///< the run's id: letters, digits and - only
    int64_t attempt;              ///< from 1
    bool wire;                    ///< the worker speaks the wire on stdout; else every line is plain text
    int64_t timeout_ms;           ///< 0 = none
    int64_t grace_ms;             ///< from TERM to KILL
    char **argv;
    char **env;
    const char *directory;        ///< NULL = /
    bool change_user;
    uid_t uid;
    gid_t gid;
    gid_t *groups;
    size_t group_count;
    const char *cgroup_launch;    ///< NULL = stay where we are
    const char *cgroup_work;
    struct limit limits[8];
    size_t limit_count;
    bool change_nice;
    int nice;
    int io_class;                 ///< -1 = as it is
    int io_level;
    mode_t mask;
};

/// Reads the plan from PLAN_FD; false when it is not a plan of version 1 that names all it must.
bool plan_read(struct plan *plan);

#endif
