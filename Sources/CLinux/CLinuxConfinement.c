#define _GNU_SOURCE
#include "CLinux.h"

#include <linux/landlock.h>

// Since Linux 6.2; the headers may be older than the kernel.
static const uint64_t TRUNCATE = 1ull << 14;
// Since Linux 5.19: without it no file gets a second name in another folder.
static const uint64_t REFER = 1ull << 13;

int linux_confine_writes(int folder) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 2) {
        errno = EOPNOTSUPP;
        return -1;
    }
    // What only reads is not handled, and stays allowed everywhere.
    uint64_t writing = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                       LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                       LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                       LANDLOCK_ACCESS_FS_MAKE_SYM | REFER | (version >= 3 ? TRUNCATE : 0);
    struct landlock_ruleset_attr rules = {.handled_access_fs = writing};
    int set = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);
    if (set < 0) {
        return -1;
    }
    struct landlock_path_beneath_attr below = {.allowed_access = writing, .parent_fd = folder};
    int done = syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &below, 0) == 0 &&
               prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_landlock_restrict_self, set, 0) == 0;
    int reason = errno;
    close(set);
    errno = reason;
    return done ? 0 : -1;
}
