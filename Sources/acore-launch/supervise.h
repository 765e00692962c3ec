#ifndef SUPERVISE_H
#define SUPERVISE_H

#include "record.h"
#include "worker.h"

/// Waits for the worker's end, for its deadline, or for a signal to stop, and ends all that is left.
void supervise(const struct plan *plan, struct worker *worker, int signals, struct children *children, struct output *output,
               struct ending *ending);

#endif
