#define _GNU_SOURCE
#include "CLinux.h"

int linux_syncfs(int fd) { return syncfs(fd); }
