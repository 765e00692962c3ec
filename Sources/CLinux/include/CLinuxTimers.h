#ifndef CLINUX_TIMERS_H
#define CLINUX_TIMERS_H

/// A timer that is read like a file; close-on-exec and non-blocking.
static inline int linux_timerfd_create(clockid_t clock) {
    return timerfd_create(clock, TFD_CLOEXEC | TFD_NONBLOCK);
}

/// Sets a timer to fire once; both parts 0 switch it off. `flags` are `LINUX_TFD_TIMER_…`.
static inline int linux_timerfd_settime(int timer, int flags, int64_t seconds, int64_t nanoseconds) {
    struct itimerspec once;
    memset(&once, 0, sizeof once);
    once.it_value.tv_sec = (time_t)seconds;
    once.it_value.tv_nsec = (long)nanoseconds;
    return timerfd_settime(timer, flags, &once, NULL);
}

/// A counter that wakes whoever polls it; close-on-exec and non-blocking.
static inline int linux_eventfd(unsigned initial) {
    return eventfd(initial, EFD_CLOEXEC | EFD_NONBLOCK);
}

/// A descriptor that reports changes of files; close-on-exec and non-blocking.
static inline int linux_inotify(void) {
    return inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
}

#endif
