#ifndef WORKER_H
#define WORKER_H

#include "plan.h"

/// A worker that was forked, and the near ends of its pipes.
struct worker {
    pid_t pid;                ///< also its process group; 0 = none
    int out;
    int err;
    int status;               ///< readable when its start failed, at its end when it was started
};

/// Forks the worker; what fails in the parent is returned, what fails in the child comes through `status`.
struct failure worker_start(const struct plan *plan, struct worker *worker);
/// Reads what `status` says once it is readable; error 0 = the program runs.
struct failure worker_outcome(struct worker *worker);

#endif
