#ifndef CLINUX_MEMORY_H
#define CLINUX_MEMORY_H

/// All threads that start after this take memory from two heaps. With the allocator's usual heap for each thread, what lives long lies
/// thinly spread over pages that cannot be given back: a third of a daemon with 10,000 jobs. With one for all, threads that read files
/// wait for each other: a sixth of its start.
void linux_share_two_heaps(void);

/// Lets the allocator keep 8 MiB that were freed, for a process that frees and asks for large blocks all the time.
void linux_keep_memory(void);

/// Gives back what a passing peak left behind: free memory of the allocator, and the hold on the pages of code that it ran through, which
/// stay in the kernel's cache and come back as they are needed.
void linux_release_memory(void);

#endif
