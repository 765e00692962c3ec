/* measure WAY INPUT PROGRAMS: runs programs, one a line with arguments parted by tabs, `in-turn` or `at-once`, each with INPUT as its
 * standard input and what it writes thrown away, but for the file named by KEEP; prints seconds of wall and processor, and KiB of memory.
 *
 * A small program for a reason: the kernel counts the memory of the one that starts a process as the most that this process had. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PROGRAMS = 64, WORDS = 64 };

extern char **environ;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

static void fail(const char *what) {
    perror(what);
    exit(2);
}

static pid_t start(char **words, const char *input) {
    const char *kept = getenv("KEEP");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, kept ? kept : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    pid_t child;
    if (posix_spawnp(&child, words[0], &actions, NULL, words, environ) != 0) fail(words[0]);
    posix_spawn_file_actions_destroy(&actions);
    return child;
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: measure in-turn|at-once INPUT PROGRAMS\n");
        return 2;
    }
    FILE *file = fopen(arguments[3], "r");
    if (!file) fail(arguments[3]);
    static char *programs[PROGRAMS][WORDS];
    int programs_found = 0;
    char *line = NULL;
    size_t room = 0;
    while (programs_found < PROGRAMS && getline(&line, &room, file) > 0) {
        line[strcspn(line, "\n")] = 0;
        int place = 0;
        for (char *word = strtok(line, "\t"); word && place < WORDS - 1; word = strtok(NULL, "\t")) programs[programs_found][place++] = word;
        programs_found++;
        line = NULL;
    }
    const int at_once = strcmp(arguments[1], "at-once") == 0;
    double processor = 0;
    long largest = 0, sum = 0;
    int statuses[PROGRAMS] = {0};
    pid_t children[PROGRAMS] = {0};
    const double begin = now();
    for (int started = 0, ended = 0; ended < programs_found;) {
        if (started < programs_found && (at_once || started == ended)) {
            children[started] = start(programs[started], arguments[2]);
            started++;
            continue;
        }
        struct rusage usage;
        int status;
        const pid_t child = wait4(-1, &status, 0, &usage);
        if (child < 0) fail("wait4");
        ended++;
        processor += seconds(usage.ru_utime) + seconds(usage.ru_stime);
        sum += usage.ru_maxrss;
        if (usage.ru_maxrss > largest) largest = usage.ru_maxrss;
        for (int place = 0; place < started; place++) {
            if (children[place] == child) statuses[place] = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
    }
    printf("%.6f %.6f %ld", now() - begin, processor, at_once ? sum : largest);
    for (int place = 0; place < programs_found; place++) printf(" %d", statuses[place]);
    printf("\n");
    return 0;
}
