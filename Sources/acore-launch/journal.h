#ifndef JOURNAL_H
#define JOURNAL_H

#include "text.h"

enum { BATCH_ROOM = 4 * LINE_BOUND };

/// One append-only file of a run, written in batches of whole lines; there is no file before the first.
///
/// When the disk refuses bytes they are lost and counted, the file is cut back to its last whole line, and the next batch
/// is tried again: a full disk neither ends the run nor leaves half a line.
struct journal {
    const char *name;
    int fd;                   ///< -1 = not open yet
    off_t size;
    uint64_t lost_bytes;      ///< lines that the disk refused
    int error;                ///< the errno of the last refusal, 0 = none
    struct text batch;
};

/// Names the file in the run's folder, which an earlier attempt may have made if the journal goes on, and gives the batch BATCH_ROOM bytes.
void journal_begin(struct journal *journal, const char *name, bool goes_on, char *room);
/// Makes room for a line of at most LINE_BOUND bytes, writing the batch out when it is full.
struct text *journal_room(struct journal *journal);
/// Writes what is waiting.
void journal_flush(struct journal *journal);
/// Puts what was written on the disk.
void journal_sync(struct journal *journal);

#endif
