#define _GNU_SOURCE
#include "CLinux.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>

/// Only segments that were mapped to be executed and never written: anything else may hold what is nowhere else.
static int release_code(struct dl_phdr_info *object, size_t size, void *context) {
    (void)size;
    (void)context;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
        if (segment->p_type != PT_LOAD || (segment->p_flags & (PF_X | PF_W)) != PF_X) {
            continue;
        }
        uintptr_t begin = (object->dlpi_addr + segment->p_vaddr + page - 1) & ~(page - 1);
        uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_filesz) & ~(page - 1);
        if (end > begin) {
            madvise((void *)begin, end - begin, MADV_DONTNEED);
        }
    }
    return 0;    // and the next object
}

void linux_share_two_heaps(void) {
    mallopt(M_ARENA_MAX, 2);
    // Else the allocator lets it grow with the largest array that was ever freed, and `malloc_trim` leaves the end of the second heap alone.
    mallopt(M_TRIM_THRESHOLD, 1 << 20);
}

void linux_keep_memory(void) {
    mallopt(M_TRIM_THRESHOLD, 8 << 20);
    mallopt(M_TOP_PAD, 1 << 20);
}

void linux_release_memory(void) {
    malloc_trim(0);
    dl_iterate_phdr(release_code, NULL);
}
