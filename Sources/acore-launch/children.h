#ifndef CHILDREN_H
#define CHILDREN_H

#include "launcher.h"

/// What became of the processes below the launcher.
struct children {
    pid_t worker;              ///< 0 = none was started
    bool worker_ended;
    int how;                   ///< CLD_EXITED, CLD_KILLED or CLD_DUMPED
    int status;                ///< exit code or signal
    bool killing;              ///< everything that is left is to be KILLed
    int64_t orphans_killed;    ///< processes other than the worker that KILL ended
    bool none_left;
    const char *cgroup;        ///< of the worker, or NULL
};

/// Sends a signal to the worker's process group.
void children_signal(const struct children *children, int signal);
/// KILLs everything below the launcher that is alive now; to be repeated until `none_left`.
void children_kill(struct children *children);
/// Collects all that has ended. The worker's process group is KILLed before its number becomes free.
void children_reap(struct children *children);
/// How many children are left, at most 1000 are counted.
int64_t children_left(void);

#endif
