// stamp FILE: appends the time of its first instruction to FILE, in nanoseconds since 1970. The job of this benchmark.
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **words) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (count != 2) return 64;
    char text[32];
    int length = snprintf(text, sizeof text, "%lld\n", (long long)now.tv_sec * 1000000000LL + now.tv_nsec);
    int file = open(words[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    return file < 0 || write(file, text, length) != length;
}
