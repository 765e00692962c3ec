#ifndef WORKER_H
#define WORKER_H

#include "plan.h"

/// Two descriptors of a pipe, the near one does not block.
struct ends {
    int near;
    int far;
};

/// A worker and the pipes from it.
struct worker {
    pid_t pid;                ///< also its process group; 0 = none
    struct ends out;
    struct ends err;
    struct ends status;       ///< readable when its start failed, at its end when it was started
};

/// Makes the pipes of a worker to come.
struct failure worker_open(struct worker *worker);
/// Forks the worker; what fails in the parent is returned, what fails in the child comes through `status`.
struct failure worker_start(const struct plan *plan, struct worker *worker);
/// Reads what `status` says once it is readable; error 0 = the program runs.
struct failure worker_outcome(struct worker *worker);

#endif
