#define _GNU_SOURCE
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void journal_begin(struct journal *journal, const char *name, bool goes_on, char *room) {
    struct stat status;
    bool there = goes_on && fstatat(FOLDER_FD, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    *journal = (struct journal){
        .name = name, .fd = -1, .size = there ? status.st_size : 0, .batch = {.bytes = room, .room = BATCH_ROOM}};
}

static bool is_open(struct journal *journal) {
    if (journal->fd < 0) {
        journal->fd = openat(FOLDER_FD, journal->name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    }
    if (journal->fd < 0) {
        journal->error = errno;
    }
    return journal->fd >= 0;
}

struct text *journal_room(struct journal *journal) {
    if (journal->batch.room - journal->batch.used < LINE_BOUND) {
        journal_flush(journal);
    }
    return &journal->batch;
}

/// How much of the batch the file has taken; errno says why not all.
static size_t append(struct journal *journal) {
    size_t done = 0;
    while (done < journal->batch.used) {
        ssize_t written = write(journal->fd, journal->batch.bytes + done, journal->batch.used - done);
        if (written < 0 && errno != EINTR) {
            journal->error = errno;
            break;
        }
        done += written < 0 ? 0 : (size_t)written;
    }
    return done;
}

/// Takes back the half line at the end of a write that fell short; what is kept are whole lines.
static size_t keep_whole_lines(struct journal *journal, size_t done) {
    const char *last = memrchr(journal->batch.bytes, '\n', done);
    size_t whole = last == NULL ? 0 : (size_t)(last - journal->batch.bytes) + 1;
    if (ftruncate(journal->fd, journal->size + (off_t)whole) != 0) {
        journal->error = errno;
    }
    return whole;
}

void journal_flush(struct journal *journal) {
    size_t used = journal->batch.used;
    if (used == 0) {
        return;
    }
    size_t done = 0;
    if (is_open(journal)) {
        done = append(journal);
        done = done < used ? keep_whole_lines(journal, done) : done;
    }
    journal->lost_bytes += used - done;
    journal->size += (off_t)done;
    journal->batch.used = 0;
    journal->batch.cut = false;
}

void journal_sync(struct journal *journal) {
    if (journal->fd >= 0 && fdatasync(journal->fd) != 0) {
        journal->error = errno;
    }
}
