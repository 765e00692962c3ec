#ifndef RECORD_H
#define RECORD_H

#include "cgroup.h"
#include "children.h"
#include "output.h"
#include "plan.h"

/// Why the worker ended.
enum cause { CAUSE_EXITED, CAUSE_TIMED_OUT, CAUSE_STOPPED, CAUSE_START_FAILED };

/// What exit.json says.
struct ending {
    enum cause cause;
    int64_t started_at;        ///< ms since 1970
    int64_t ended_at;          ///< ms since 1970
    int64_t duration_ms;
    int64_t left_behind;       ///< processes that KILL did not end in KILL_WAIT_MS
    struct failure failure;
};

/// Reads what the records of all launchers of this process name: the boot.
void record_know_boot(void);
/// Writes launch.json and sets space aside for exit.json; false when the disk or the folder refuses.
bool record_start(const struct plan *plan, int64_t started_at);
/// Takes launch.json away again: nothing was started.
void record_forget(void);
/// Writes exit.json over the space set aside, on the disk when it is to be durable; false when it could not be written.
bool record_end(const struct plan *plan, const struct ending *ending, const struct children *children, const struct output *output,
                bool durable);

#endif
