// The plan: NUL-ended key, NUL-ended value, and so on. Repeated keys make lists. The first key is v, its value 1. A key
// that is not known refuses the plan: a launcher that ignores a limit would be worse than one that does not start.
#include "plan.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { PLAN_BOUND = 8 * 1024 * 1024 };

static bool take_number(const char *text, int64_t low, int64_t high, int64_t *value) {
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != 0 || number < low || number > high) {
        return false;
    }
    *value = number;
    return true;
}

static bool take_int(const char *text, int64_t low, int64_t high, int *value) {
    int64_t number;
    if (!take_number(text, low, high, &number)) {
        return false;
    }
    *value = (int)number;
    return true;
}

static bool take_run(struct plan *plan, const char *value) {
    size_t length = strlen(value);
    static const char allowed[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-";
    plan->run = value;
    return length > 0 && length <= 64 && strspn(value, allowed) == length;
}

static bool take_mode(struct plan *plan, const char *value) {
    plan->wire = strcmp(value, "wire") == 0;
    return plan->wire || strcmp(value, "program") == 0;
}

static bool take_attempt(struct plan *plan, const char *value) { return take_number(value, 1, INT_MAX, &plan->attempt); }

static bool take_timeout(struct plan *plan, const char *value) { return take_number(value, 0, INT64_MAX / 4, &plan->timeout_ms); }

static bool take_grace(struct plan *plan, const char *value) { return take_number(value, 0, INT64_MAX / 4, &plan->grace_ms); }

static bool take_directory(struct plan *plan, const char *value) {
    plan->directory = value;
    return value[0] == '/';
}

static bool take_uid(struct plan *plan, const char *value) {
    int64_t number;
    plan->change_user = take_number(value, 0, UINT32_MAX - 1, &number);
    plan->uid = plan->change_user ? (uid_t)number : 0;
    return plan->change_user;
}

static bool take_gid(struct plan *plan, const char *value) {
    int64_t number;
    if (!take_number(value, 0, UINT32_MAX - 1, &number)) {
        return false;
    }
    plan->gid = (gid_t)number;
    return true;
}

static bool take_group(struct plan *plan, const char *value) {
    int64_t number;
    if (!take_number(value, 0, UINT32_MAX - 1, &number)) {
        return false;
    }
    plan->groups[plan->group_count++] = (gid_t)number;
    return true;
}

static bool take_cgroup_launch(struct plan *plan, const char *value) {
    plan->cgroup_launch = value;
    return value[0] == '/';
}

static bool take_cgroup_work(struct plan *plan, const char *value) {
    plan->cgroup_work = value;
    return value[0] == '/';
}

/// NAME:VALUE, for example as:1073741824.
static bool take_rlimit(struct plan *plan, const char *value) {
    static const struct { const char *name; int resource; } known[] = {
        {"as:", RLIMIT_AS}, {"nproc:", RLIMIT_NPROC}, {"nofile:", RLIMIT_NOFILE}, {"fsize:", RLIMIT_FSIZE}, {"cpu:", RLIMIT_CPU},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t length = strlen(known[i].name);
        int64_t number;
        if (strncmp(value, known[i].name, length) == 0) {
            bool room = plan->limit_count < sizeof plan->limits / sizeof *plan->limits;
            bool good = room && take_number(value + length, 0, INT64_MAX, &number);
            if (good) {
                plan->limits[plan->limit_count++] = (struct limit){known[i].resource, (rlim_t)number};
            }
            return good;
        }
    }
    return false;
}

static bool take_nice(struct plan *plan, const char *value) {
    plan->change_nice = true;
    return take_int(value, -20, 19, &plan->nice);
}

/// none, idle, or best_effort:LEVEL; the numbers are the kernel's classes.
static bool take_ioprio(struct plan *plan, const char *value) {
    static const char best_effort[] = "best_effort:";
    plan->io_class = strcmp(value, "none") == 0 ? 0 : strcmp(value, "idle") == 0 ? 3 : 2;
    if (plan->io_class != 2) {
        return true;
    }
    size_t length = sizeof best_effort - 1;
    return strncmp(value, best_effort, length) == 0 && take_int(value + length, 0, 7, &plan->io_level);
}

static bool take_umask(struct plan *plan, const char *value) {
    char *end;
    unsigned long mask = strtoul(value, &end, 8);
    plan->mask = (mode_t)mask;
    return end != value && *end == 0 && mask <= 0777;
}

static bool take_argument(struct plan *plan, const char *value) {
    *plan->argv++ = (char *)value;
    return true;
}

static bool take_environment(struct plan *plan, const char *value) {
    *plan->env++ = (char *)value;
    return strchr(value, '=') != NULL;
}

static const struct key {
    const char *name;
    bool (*take)(struct plan *plan, const char *value);
} keys[] = {
    {"run", take_run}, {"attempt", take_attempt}, {"mode", take_mode}, {"timeout_ms", take_timeout}, {"grace_ms", take_grace},
    {"argv", take_argument}, {"env", take_environment}, {"directory", take_directory}, {"uid", take_uid}, {"gid", take_gid},
    {"group", take_group}, {"cgroup_launch", take_cgroup_launch}, {"cgroup_work", take_cgroup_work}, {"rlimit", take_rlimit},
    {"nice", take_nice}, {"ioprio", take_ioprio}, {"umask", take_umask},
};

static bool take_pair(struct plan *plan, const char *name, const char *value) {
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(name, keys[i].name) == 0) {
            return keys[i].take(plan, value);
        }
    }
    return false;
}

/// The plan's bytes, private to us; NULL when there is none or it does not end with NUL.
static const char *map_plan(size_t *size) {
    struct stat status;
    if (fstat(PLAN_FD, &status) != 0 || status.st_size <= 0 || status.st_size > PLAN_BOUND) {
        return NULL;
    }
    *size = (size_t)status.st_size;
    const char *bytes = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, PLAN_FD, 0);
    return bytes == MAP_FAILED || bytes[*size - 1] != 0 ? NULL : bytes;
}

static const char *after(const char *text) { return text + strlen(text) + 1; }

/// Room for each list, counted before it is filled; the lists of pointers end with NULL.
static bool make_lists(struct plan *plan, const char *bytes, const char *end) {
    size_t arguments = 0, variables = 0, groups = 0;
    for (const char *name = bytes; name < end; name = after(after(name))) {
        if (after(name) >= end) {
            return false;
        }
        arguments += strcmp(name, "argv") == 0;
        variables += strcmp(name, "env") == 0;
        groups += strcmp(name, "group") == 0;
    }
    plan->argv = calloc(arguments + 1, sizeof *plan->argv);
    plan->env = calloc(variables + 1, sizeof *plan->env);
    plan->groups = calloc(groups + 1, sizeof *plan->groups);
    return arguments > 0 && plan->argv != NULL && plan->env != NULL && plan->groups != NULL;
}

bool plan_read(struct plan *plan) {
    size_t size;
    const char *bytes = map_plan(&size);
    *plan = (struct plan){.io_class = -1, .mask = 022};
    if (bytes == NULL || strcmp(bytes, "v") != 0 || !make_lists(plan, bytes, bytes + size) || strcmp(bytes + 2, "1") != 0) {
        return false;
    }
    char **argv = plan->argv, **env = plan->env;
    for (const char *name = after(after(bytes)); name < bytes + size; name = after(after(name))) {
        if (!take_pair(plan, name, after(name))) {
            return false;
        }
    }
    plan->argv = argv;
    plan->env = env;
    return plan->run != NULL && plan->attempt > 0 && argv[0][0] != 0;
}
