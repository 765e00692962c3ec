/// System calls that Swift's Glibc module does not offer, one inline function each.
///
/// Every function keeps the kernel's contract: what the call returns, and -1 with `errno` set when it fails.
/// Constants that the C headers hide behind macros are repeated here as typed values.
#ifndef CLINUX_H
#define CLINUX_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include <linux/openat2.h>
#include <linux/stat.h>

#include "CLinuxClock.h"
#include "CLinuxConfinement.h"
#include "CLinuxConstants.h"
#include "CLinuxFiles.h"
#include "CLinuxLibraries.h"
#include "CLinuxMappedReads.h"
#include "CLinuxMemory.h"
#include "CLinuxProcesses.h"
#include "CLinuxSockets.h"
#include "CLinuxTimers.h"

#endif
