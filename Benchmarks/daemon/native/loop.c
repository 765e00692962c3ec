// loop SECOND COUNT PROGRAM ARGUMENT: waits for the second (since 1970), then starts PROGRAM COUNT times without waiting in between, and
// waits for all. What any scheduler has to do at the least.
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

int main(int count, char **words) {
    if (count != 5) return 64;
    struct timespec due = {atoll(words[1]), 0};
    int wanted = atoi(words[2]);
    char *arguments[] = {words[3], words[4], NULL};
    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &due, NULL);
    for (int started = 0; started < wanted; started++) {
        pid_t child;
        if (posix_spawn(&child, words[3], NULL, NULL, arguments, environ) != 0) return 1;
    }
    while (wait(NULL) > 0) {}
    return 0;
}
