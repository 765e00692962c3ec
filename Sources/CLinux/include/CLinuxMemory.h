#ifndef CLINUX_MEMORY_H
#define CLINUX_MEMORY_H

/// Gives back what a passing peak left behind: free memory of the allocator, and the hold on the pages of code that it ran through, which
/// stay in the kernel's cache and come back as they are needed.
void linux_release_memory(void);

#endif
