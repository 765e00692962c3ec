// From clone to exec. Only the worker gives up rights; the launcher keeps its user and its cgroup.
//
// Until it executes its program the child works in the launcher's memory, on a stack of its own: copying page tables for a
// process that throws them away costs more than all its steps. Unlike after vfork(2) the launcher goes on, so that its deadline holds when a
// step hangs on a mount that does not answer. What both write is errno: a stop at this very moment may have a wrong reason told. A child that
// becomes another user gets a copy: root's memory is not for that user, whatever the kernel says of processes that share it.
#define _GNU_SOURCE
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cgroup.h"

/// What a step of the child needs beside the plan.
struct child {
    const struct plan *plan;
    pid_t launcher;
    int out;
    int err;
    int status;
};

static int own_group(const struct child *child) {
    (void)child;
    return setpgid(0, 0) == 0 ? 0 : errno;
}

static int join_cgroup(const struct child *child) {
    return child->plan->cgroup_work == NULL ? 0 : cgroup_join(child->plan->cgroup_work);
}

static int set_nice(const struct child *child) {
    bool good = !child->plan->change_nice || setpriority(PRIO_PROCESS, 0, child->plan->nice) == 0;
    return good ? 0 : errno;
}

static int set_io_class(const struct child *child) {
    int class = child->plan->io_class;
    bool good = class < 0 || syscall(SYS_ioprio_set, 1, 0, class << 13 | child->plan->io_level) == 0;
    return good ? 0 : errno;
}

/// Lowers each limit, the hard one too; a limit that is lower already stays.
static int set_limits(const struct child *child) {
    for (size_t i = 0; i < child->plan->limit_count; i++) {
        struct rlimit now;
        const struct limit *limit = &child->plan->limits[i];
        if (getrlimit(limit->resource, &now) != 0) {
            return errno;
        }
        rlim_t value = limit->value < now.rlim_max ? limit->value : now.rlim_max;
        struct rlimit lowered = {value, value};
        if (setrlimit(limit->resource, &lowered) != 0) {
            return errno;
        }
    }
    umask(child->plan->mask);
    return 0;
}

static int set_groups(const struct child *child) {
    bool good = !child->plan->change_user || setgroups(child->plan->group_count, child->plan->groups) == 0;
    return good ? 0 : errno;
}

static int set_user(const struct child *child) {
    const struct plan *plan = child->plan;
    bool good = !plan->change_user || (setresgid(plan->gid, plan->gid, plan->gid) == 0 && setresuid(plan->uid, plan->uid, plan->uid) == 0);
    return good ? 0 : errno;
}

/// After the user: changing it would clear the request. A launcher that is gone already cannot send the signal any more.
static int die_with_launcher(const struct child *child) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) {
        return errno;
    }
    return getppid() == child->launcher ? 0 : ECHILD;
}

static int enter_directory(const struct child *child) {
    return chdir(child->plan->directory == NULL ? "/" : child->plan->directory) == 0 ? 0 : errno;
}

static int place_descriptors(const struct child *child) {
    bool good = dup2(INPUT_FD, 0) == 0 && dup2(child->out, 1) == 1 && dup2(child->err, 2) == 2;
    good = good && syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */) == 0;
    return good ? 0 : errno;
}

static int execute(const struct child *child) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    environ = child->plan->env;
    execvpe(child->plan->argv[0], child->plan->argv, child->plan->env);
    return errno;
}

static const struct step {
    const char *name;
    int (*take)(const struct child *child);
} steps[] = {
    {"process_group", own_group}, {"cgroup", join_cgroup}, {"nice", set_nice}, {"io_class", set_io_class}, {"limits", set_limits},
    {"groups", set_groups}, {"user", set_user}, {"launcher", die_with_launcher}, {"directory", enter_directory},
    {"descriptors", place_descriptors}, {"exec", execute},
};

/// What the child writes into the status pipe when a step fails.
struct message {
    int step;
    int error;
};

static int run_child(void *argument) {
    const struct child *child = argument;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct message message = {(int)i, steps[i].take(child)};
        if (message.error != 0) {
            write_all(child->status, (const char *)&message, sizeof message);
            break;
        }
    }
    _exit(127);
}

/// For the steps; execvpe(3) needs room for all arguments besides when the program turns out to be a script without a first line.
enum { STACK = 256 * 1024 };

static pid_t start_copy(struct child *child) {
    pid_t pid = fork();
    return pid == 0 ? run_child(child) : pid;
}

static pid_t start_child(struct child *child) {
#ifdef ACORE_SANITIZE
    return start_copy(child);    // a sanitizer knows its threads by their memory
#else
    if (child->plan->change_user) {
        return start_copy(child);
    }
    size_t size = STACK;
    for (char **argument = child->plan->argv; *argument != NULL; argument++) {
        size += sizeof *argument;
    }
    size = (size + 4095) / 4096 * 4096;
    char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    return stack == MAP_FAILED ? -1 : clone(run_child, stack + size, CLONE_VM | SIGCHLD, child);
#endif
}

/// A pipe whose near end does not block; both ends close on exec.
static int make_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return errno;
    }
    return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 ? 0 : errno;
}

struct failure worker_start(const struct plan *plan, struct worker *worker) {
    int out[2], err[2], status[2];
    *worker = (struct worker){.out = -1, .err = -1, .status = -1};
    int error = make_pipe(out);
    error = error == 0 ? make_pipe(err) : error;
    error = error == 0 ? make_pipe(status) : error;
    if (error != 0) {
        return (struct failure){"pipe", error};
    }
    static struct child child;    // outlives this function, as the child does
    child = (struct child){plan, getpid(), out[1], err[1], status[1]};
    pid_t pid = start_child(&child);
    error = errno;
    close(out[1]);
    close(err[1]);
    close(status[1]);
    close(INPUT_FD);
    if (pid < 0) {
        return (struct failure){"fork", error};
    }
    setpgid(pid, pid);
    *worker = (struct worker){pid, out[0], err[0], status[0]};
    return (struct failure){NULL, 0};
}

struct failure worker_outcome(struct worker *worker) {
    struct message message;
    ssize_t count = read(worker->status, &message, sizeof message);
    close(worker->status);
    worker->status = -1;
    bool failed = count == sizeof message && message.step >= 0 && (size_t)message.step < sizeof steps / sizeof *steps;
    return failed ? (struct failure){steps[message.step].name, message.error} : (struct failure){NULL, 0};
}
