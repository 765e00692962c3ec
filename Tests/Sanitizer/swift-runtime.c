// Tells Thread Sanitizer of orders that the Swift libraries make and do not mention, preloaded into what is watched: they are built
// without it, so that what their own code orders by atomics is reported as a race.
//
// A mutex that is taken or given back while nobody else wants it does so in code that is inlined, and seen. One that threads fight
// over goes through the library.
//
// A continuation may be resumed by another thread before its task awaits it. The task then goes on at once: the runtime's
// `swift_continuation_await` saw, in an atomic, that the resume came first. Each resume does release the task to the sanitizer, but
// only a task that was suspended acquires it. Here the task acquires, then the runtime's own function follows. A resume between the
// two is still unseen; that is the time of a few instructions.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SWIFT_SELF __attribute__((swift_context))
#define SWIFT_ASYNC __attribute__((swiftasynccall))

// Synchronization._MutexHandle: _lockSlow(_: UInt32), _unlockSlow(). The mutex itself is a word of the handle, at its beginning.
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lock_slow(uint32_t thread, SWIFT_SELF void *mutex) __asm__(LOCK_SLOW);
SWIFT void unlock_slow(SWIFT_SELF void *mutex) __asm__(UNLOCK_SLOW);
extern SWIFT void *swift_task_getCurrent(void) __attribute__((weak));

static SWIFT void (*library_lock)(uint32_t thread, SWIFT_SELF void *mutex);
static SWIFT void (*library_unlock)(SWIFT_SELF void *mutex);
static SWIFT_ASYNC void (*runtime_await)(void *context);

static void tell_nobody(void *address) { (void)address; }
// Programs that the tests start are preloaded, too, and are not watched.
static void (*acquire)(void *address) = tell_nobody;
static void (*release)(void *address) = tell_nobody;

static void find(void *place, void *library, const char *name) {
    void *found = dlsym(library, name);
    if (found) *(void **)place = found;
}

__attribute__((constructor)) static void find_functions(void) {
    find(&library_lock, RTLD_NEXT, LOCK_SLOW);
    find(&library_unlock, RTLD_NEXT, UNLOCK_SLOW);
    find(&runtime_await, RTLD_NEXT, "swift_continuation_await");
    find(&acquire, RTLD_DEFAULT, "__tsan_acquire");
    find(&release, RTLD_DEFAULT, "__tsan_release");
}

SWIFT void lock_slow(uint32_t thread, SWIFT_SELF void *mutex) {
    library_lock(thread, mutex);
    acquire(mutex);
}

SWIFT void unlock_slow(SWIFT_SELF void *mutex) {
    release(mutex);
    library_unlock(mutex);
}

SWIFT_ASYNC void swift_continuation_await(void *context) {
    acquire(swift_task_getCurrent());
    __attribute__((musttail)) return runtime_await(context);
}
