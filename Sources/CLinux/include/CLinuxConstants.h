#ifndef CLINUX_CONSTANTS_H
#define CLINUX_CONSTANTS_H

// open(2). The values are the kernel's; glibc shows some of them only under _GNU_SOURCE.
#ifndef O_PATH
#define O_PATH __O_PATH
#endif
#ifndef O_TMPFILE
#define O_TMPFILE __O_TMPFILE
#endif
#ifndef O_DIRECT
#define O_DIRECT __O_DIRECT
#endif
#ifndef O_NOATIME
#define O_NOATIME __O_NOATIME
#endif

static const int LINUX_O_PATH = O_PATH;
static const int LINUX_O_TMPFILE = O_TMPFILE;
static const int LINUX_O_DIRECT = O_DIRECT;
static const int LINUX_O_NOATIME = O_NOATIME;
static const int LINUX_O_NOFOLLOW = O_NOFOLLOW;
static const int LINUX_O_DIRECTORY = O_DIRECTORY;
static const int LINUX_O_CLOEXEC = O_CLOEXEC;
// utimensat(2).
static const long LINUX_UTIME_NOW = UTIME_NOW;

static const int LINUX_AT_FDCWD = AT_FDCWD;
static const int LINUX_AT_EMPTY_PATH = 0x1000;
static const int LINUX_AT_SYMLINK_FOLLOW = AT_SYMLINK_FOLLOW;
static const int LINUX_AT_SYMLINK_NOFOLLOW = AT_SYMLINK_NOFOLLOW;
static const int LINUX_AT_NO_AUTOMOUNT = 0x800;
static const int LINUX_AT_STATX_DONT_SYNC = 0x4000;

// lseek(2)
static const int LINUX_SEEK_DATA = 3;
static const int LINUX_SEEK_HOLE = 4;

// renameat2(2)
static const unsigned LINUX_RENAME_NOREPLACE = 1;
static const unsigned LINUX_RENAME_EXCHANGE = 2;

// memfd_create(2) and its seals, fcntl(2)
static const unsigned LINUX_MFD_CLOEXEC = 1;
static const unsigned LINUX_MFD_ALLOW_SEALING = 2;
static const int LINUX_SEAL_SEAL = 1;
static const int LINUX_SEAL_SHRINK = 2;
static const int LINUX_SEAL_GROW = 4;
static const int LINUX_SEAL_WRITE = 8;

// close_range(2)
static const unsigned LINUX_CLOSE_RANGE_CLOEXEC = 4;

// fallocate(2)
static const int LINUX_FALLOC_KEEP_SIZE = 1;
static const int LINUX_FALLOC_PUNCH_HOLE = 2;

// statx(2): the fields to ask for, and attributes
static const unsigned LINUX_STATX_BASIC_STATS = STATX_BASIC_STATS;
static const unsigned LINUX_STATX_BTIME = STATX_BTIME;
static const unsigned LINUX_STATX_MNT_ID = STATX_MNT_ID;
static const uint64_t LINUX_STATX_ATTR_MOUNT_ROOT = STATX_ATTR_MOUNT_ROOT;
static const uint64_t LINUX_STATX_ATTR_IMMUTABLE = STATX_ATTR_IMMUTABLE;
static const uint64_t LINUX_STATX_ATTR_APPEND = STATX_ATTR_APPEND;

// openat2(2)
static const uint64_t LINUX_RESOLVE_NO_XDEV = RESOLVE_NO_XDEV;
static const uint64_t LINUX_RESOLVE_NO_MAGICLINKS = RESOLVE_NO_MAGICLINKS;
static const uint64_t LINUX_RESOLVE_NO_SYMLINKS = RESOLVE_NO_SYMLINKS;
static const uint64_t LINUX_RESOLVE_BENEATH = RESOLVE_BENEATH;
static const uint64_t LINUX_RESOLVE_IN_ROOT = RESOLVE_IN_ROOT;

// prctl(2)
static const int LINUX_PR_SET_PDEATHSIG = PR_SET_PDEATHSIG;
static const int LINUX_PR_SET_DUMPABLE = PR_SET_DUMPABLE;
static const int LINUX_PR_SET_NO_NEW_PRIVS = PR_SET_NO_NEW_PRIVS;
static const int LINUX_PR_SET_CHILD_SUBREAPER = PR_SET_CHILD_SUBREAPER;

// ioprio_set(2): classes
static const int LINUX_IOPRIO_CLASS_NONE = 0;
static const int LINUX_IOPRIO_CLASS_BEST_EFFORT = 2;
static const int LINUX_IOPRIO_CLASS_IDLE = 3;

// timerfd_settime(2)
static const int LINUX_TFD_TIMER_ABSTIME = 1;
static const int LINUX_TFD_TIMER_CANCEL_ON_SET = 2;

#endif
