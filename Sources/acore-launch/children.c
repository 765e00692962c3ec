// The launcher is the subreaper: whoever forks away becomes its child when its parent ends. So killing the direct children
// again and again reaches everyone, and a direct child's number cannot be reused before it is collected.
#include "children.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"

/// The kernel's list of our direct children, as text; NULL when it cannot be read.
static char *direct_children(void) {
    static char list[64 * 1024];
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    return read_small(AT_FDCWD, path, list, sizeof list) ? list : NULL;
}

static int64_t for_each_child(void (*act)(pid_t pid)) {
    char *list = direct_children();
    int64_t count = 0;
    while (list != NULL && *list != 0) {
        char *end;
        long pid = strtol(list, &end, 10);
        // A number cut by the end of the buffer has no space behind it; its turn comes with the next list.
        if (end == list || *end != ' ') {
            break;
        }
        act((pid_t)pid);
        count++;
        list = end + 1;
    }
    return count;
}

static void kill_one(pid_t pid) { kill(pid, SIGKILL); }

static void leave_one(pid_t pid) { (void)pid; }

int64_t children_left(void) { return for_each_child(leave_one); }

void children_signal(const struct children *children, int signal) {
    if (children->worker > 0 && !children->worker_ended) {
        kill(-children->worker, signal);
    }
}

/// Everybody who can be reached without a look at the list of children.
static void kill_group(struct children *children) {
    children->killing = true;
    if (children->cgroup != NULL) {
        cgroup_kill(children->cgroup);
    }
    children_signal(children, SIGKILL);
}

void children_kill(struct children *children) {
    kill_group(children);
    for_each_child(kill_one);
}

static void note_end(struct children *children, const siginfo_t *info) {
    if (info->si_pid == children->worker) {
        children->worker_ended = true;
        children->how = info->si_code;
        children->status = info->si_status;
    } else if (children->killing && info->si_code == CLD_KILLED && info->si_status == SIGKILL) {
        children->orphans_killed++;
    }
}

/// Looks whether the worker has ended without collecting it: as long as it is not collected, its group's number is ours.
static void end_with_worker(struct children *children) {
    siginfo_t info = {0};
    bool ended = children->worker > 0 && !children->worker_ended &&
                 waitid(P_PID, (id_t)children->worker, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
    if (ended) {
        kill_group(children);    // mostly nobody is left then; the list of children costs more than all else here
    }
}

void children_reap(struct children *children) {
    end_with_worker(children);
    while (true) {
        siginfo_t info = {0};
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) != 0) {
            children->none_left = true;
            break;
        }
        if (info.si_pid == 0) {
            break;
        }
        note_end(children, &info);
    }
    if (children->killing && !children->none_left) {
        children_kill(children);
    }
}
