#ifndef OUTPUT_H
#define OUTPUT_H

#include "journal.h"

/// One pipe from the worker: the bytes of a line that has not ended yet, and what was seen.
struct stream {
    int fd;                     ///< -1 = closed
    bool is_error;              ///< stderr: stamped text instead of JSON
    uint64_t bytes;             ///< read from the worker
    size_t used;                ///< of `line`
    bool cut;                   ///< the line was longer than `line`
    char *line;                 ///< LINE_BOUND bytes
};

/// Both pipes, both files, and what was kept of them.
struct output {
    bool wire;
    bool full;                  ///< RUN_BOUND is reached: only a result is kept from here on
    struct stream streams[2];   ///< stdout, stderr
    struct journal events;      ///< events.jsonl
    struct journal errors;      ///< stderr.log
    int64_t now;                ///< of the block being taken, ms since 1970
    char stamp[24];             ///< `now` as text
    int64_t second;             ///< in which `in_second` events were kept
    int in_second;
    uint64_t dropped;           ///< events beyond EVENTS_PER_SECOND, not yet said
    uint64_t dropped_events;    ///< all of them
    uint64_t cut_lines;
    char *result;               ///< the last result line seen after `full`
    size_t result_length;
    off_t start_size;           ///< of both files, before this attempt
};

/// Both files are those of the run's folder.
/// @param goes_on whether an attempt before may have written to them
void output_begin(struct output *output, bool wire, bool goes_on);
/// Reads one block of a stream that is readable; closes it at its end.
void output_take(struct output *output, struct stream *stream);
/// Takes what the pipes still hold without waiting, keeps unfinished lines, the last result and the notes.
void output_finish(struct output *output);
/// Puts what the files hold on the disk.
void output_sync(struct output *output);
/// Bytes that this attempt added to the files.
int64_t output_kept(const struct output *output);

#endif
