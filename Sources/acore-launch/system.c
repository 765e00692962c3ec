#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t clock_ms(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t wall_ms(void) { return clock_ms(CLOCK_REALTIME); }

int64_t monotonic_ms(void) { return clock_ms(CLOCK_MONOTONIC); }

static void put_digits(char *out, int width, int64_t value) {
    for (int i = width - 1; i >= 0; i--, value /= 10) {
        out[i] = (char)('0' + value % 10);
    }
}

/// Days since 1970 to a date of the proleptic Gregorian calendar; years start in March while computing.
static void civil_date(int64_t days, int64_t *year, int64_t *month, int64_t *day) {
    int64_t shifted = days + 719468;
    int64_t era = shifted / 146097;
    int64_t of_era = shifted - era * 146097;
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * of_year + 2) / 153;
    *day = of_year - (153 * march_month + 2) / 5 + 1;
    *month = march_month < 10 ? march_month + 3 : march_month - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

void format_time(int64_t wall, char out[24]) {
    int64_t year, month, day, in_day = wall % 86400000;
    civil_date(wall / 86400000, &year, &month, &day);
    memcpy(out, "0000-00-00T00:00:00.000Z", 24);
    put_digits(out, 4, year);
    put_digits(out + 5, 2, month);
    put_digits(out + 8, 2, day);
    put_digits(out + 11, 2, in_day / 3600000);
    put_digits(out + 14, 2, in_day / 60000 % 60);
    put_digits(out + 17, 2, in_day / 1000 % 60);
    put_digits(out + 20, 3, in_day % 1000);
}

bool read_small(int directory, const char *name, char *out, size_t room) {
    int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    ssize_t count = read(fd, out, room - 1);
    close(fd);
    if (count < 0) {
        return false;
    }
    out[count] = 0;
    return true;
}

int write_small(int directory, const char *name, const char *text) {
    int fd = openat(directory, name, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    int error = write(fd, text, strlen(text)) < 0 ? errno : 0;
    close(fd);
    return error;
}

bool write_all(int fd, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(fd, bytes, count);
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            return false;
        }
        bytes += written;
        count -= (size_t)written;
    }
    return true;
}
