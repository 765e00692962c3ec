#ifndef CLINUX_CLOCK_H
#define CLINUX_CLOCK_H

#include <stdint.h>
#include <string.h>
#include <sys/timex.h>

/// What the kernel says of its clock; adjtimex(2), times in microseconds, the offset in nanoseconds where STA_NANO is set.
struct linux_clock {
    int status;
    int64_t offset;
    int64_t maximum_error;
    int64_t estimated_error;
};

/// Asks and sets nothing: the clock's state (TIME_OK …), or -1.
static inline int linux_clock_state(struct linux_clock *clock) {
    struct timex question;
    memset(&question, 0, sizeof question);
    int state = adjtimex(&question);
    clock->status = question.status;
    clock->offset = question.offset;
    clock->maximum_error = question.maxerror;
    clock->estimated_error = question.esterror;
    return state;
}

#endif
