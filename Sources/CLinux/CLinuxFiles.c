#define _GNU_SOURCE
#include "CLinux.h"

int linux_syncfs(int fd) { return syncfs(fd); }

void linux_begin_writing_out(int fd, int64_t offset, int64_t count) { sync_file_range(fd, offset, count, SYNC_FILE_RANGE_WRITE); }
