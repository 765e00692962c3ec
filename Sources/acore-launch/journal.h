#ifndef JOURNAL_H
#define JOURNAL_H

#include "text.h"

/// One append-only file of a run, written in batches of whole lines.
///
/// When the disk refuses bytes they are lost and counted, the file is cut back to its last whole line, and the next batch
/// is tried again: a full disk neither ends the run nor leaves half a line.
struct journal {
    int fd;
    off_t size;
    uint64_t lost_bytes;      ///< lines that the disk refused
    int error;                ///< the errno of the last refusal, 0 = none
    struct text batch;
};

/// Opens or makes the file in the run's folder; an errno, or 0.
int journal_open(struct journal *journal, const char *name);
/// Makes room for a line of at most LINE_BOUND bytes, writing the batch out when it is full.
struct text *journal_room(struct journal *journal);
/// Writes what is waiting.
void journal_flush(struct journal *journal);

#endif
