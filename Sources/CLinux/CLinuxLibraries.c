#define _GNU_SOURCE
#include "CLinuxLibraries.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static _Noreturn void give_up(const char *library, const char *package) {
    const char *reason = dlerror();
    dprintf(
        STDERR_FILENO, "%s: %s cannot be used: %s; fix: install the package %s\n", program_invocation_short_name, library,
        reason == NULL ? "no reason is given" : reason, package);
    _exit(127);
}

void *linux_library_function(const char *library, const char *package, const char *name) {
    // The same handle each time; it is never closed.
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) give_up(library, package);
    void *function = dlsym(handle, name);
    if (function == NULL) give_up(library, package);
    return function;
}
