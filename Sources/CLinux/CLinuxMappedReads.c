#define _GNU_SOURCE
#include "CLinux.h"

#include <pthread.h>
#include <sys/mman.h>

static struct sigaction former;
static uintptr_t page_size;
static _Thread_local volatile sig_atomic_t reads, lost;

/// SIGBUS comes to the thread whose read caused it.
static void put_zeros(int number, siginfo_t *signal, void *context) {
    (void)context;
    int code = errno;
    void *page = (void *)((uintptr_t)signal->si_addr & ~(page_size - 1));
    if (reads && signal->si_code == BUS_ADRERR
        && mmap(page, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED) {
        lost++;
    } else {
        // None of ours: the read is tried again, and ends as it would have without us.
        sigaction(number, &former, NULL);
    }
    errno = code;
}

static void install(void) {
    page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
    struct sigaction action = {.sa_sigaction = put_zeros, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &former);
}

void linux_begin_mapped_reads(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
    lost = 0;
    reads = 1;
}

int linux_end_mapped_reads(void) {
    reads = 0;
    return lost;
}
