#define _GNU_SOURCE
#include "batch.h"

#include <linux/futex.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "launcher.h"

/// How many go on at once after the wait: all together would be in the way of the last workers, which have just begun.
enum { AT_ONCE = 2 };
enum { WAIT_MS = 1000, COUNT_BITS = 20, COUNT = (1 << COUNT_BITS) - 1 };

/// The word of a futex(2): below, how many of the batch have still to start, and one more while the starter may ask for more; above, the
/// batch's number, so that a late launcher of an earlier batch, or one that died, counts for nothing in this.
static _Atomic uint32_t *word;

/// Whether this launcher has still to start its worker, and its batch: nobody waits for another one.
static bool is_counted;
static uint32_t batch;

void batch_open(void) {
    void *page = mmap(NULL, sizeof *word, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    word = page == MAP_FAILED ? NULL : page;
}

static void wake(int count) { syscall(SYS_futex, word, FUTEX_WAKE, count, NULL, NULL, 0); }

/// Takes one off the count of our batch; the last one lets those go on who wait.
static void leave(void) {
    uint32_t seen = atomic_load(word);
    while (seen >> COUNT_BITS == batch && (seen & COUNT) > 0 && !atomic_compare_exchange_weak(word, &seen, seen - 1)) {
    }
    if (seen >> COUNT_BITS == batch && (seen & COUNT) == 1) {
        wake(AT_ONCE);
    }
}

void batch_join(uint32_t number) {
    is_counted = word != NULL && number != 0;
    batch = number;
    uint32_t seen = is_counted ? atomic_load(word) : 0;
    while (is_counted && !atomic_compare_exchange_weak(word, &seen, seen >> COUNT_BITS == number ? seen + 1 : number << COUNT_BITS | 2)) {
    }
}

void batch_over(uint32_t number) {
    batch = number;
    if (word != NULL) {
        leave();
    }
}

void batch_started(void) {
    if (is_counted) {
        is_counted = false;
        leave();
    }
}

void batch_wait(void) {
    int64_t end = monotonic_ms() + WAIT_MS;
    uint32_t seen;
    while (word != NULL && (seen = atomic_load(word)) >> COUNT_BITS == batch && (seen & COUNT) > 0) {
        int64_t left = end - monotonic_ms();
        if (left <= 0) {
            return;
        }
        struct timespec span = {left / 1000, left % 1000 * 1000000};
        syscall(SYS_futex, word, FUTEX_WAIT, seen, &span, NULL, 0);
    }
}

void batch_pass_on(void) {
    if (word != NULL && (atomic_load(word) & COUNT) == 0) {
        wake(1);
    }
}
