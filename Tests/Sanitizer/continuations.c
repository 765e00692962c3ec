// Tells Thread Sanitizer of an order that the Swift runtime makes and does not mention, preloaded into what is watched.
//
// A continuation may be resumed by another thread before its task awaits it. The task then goes on at once: the runtime's
// `swift_continuation_await` saw, in an atomic, that the resume came first. Each resume does release the task to the
// sanitizer, but only a task that was suspended acquires it. So what the resuming thread made, as the value of a future,
// is reported as a race in whoever reads it. Here the task acquires, then the runtime's own function follows. A resume
// between the two is still unseen; that is the time of a few instructions.

#define _GNU_SOURCE
#include <dlfcn.h>

typedef __attribute__((swiftasynccall)) void await_function(void *context);

extern __attribute__((swiftcall, weak)) void *swift_task_getCurrent(void);

static await_function *runtime_await;
static void (*acquire)(void *address);

__attribute__((constructor)) static void find_functions(void) {
    runtime_await = (await_function *)dlsym(RTLD_NEXT, "swift_continuation_await");
    acquire = (void (*)(void *))dlsym(RTLD_DEFAULT, "__tsan_acquire");
}

__attribute__((swiftasynccall)) void swift_continuation_await(void *context) {
    // Programs that the tests start are preloaded, too, and are not watched.
    if (acquire) acquire(swift_task_getCurrent());
    __attribute__((musttail)) return runtime_await(context);
}
