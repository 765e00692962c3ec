// From the worker's pipes into events.jsonl and stderr.log. The worker is never made to wait for a full disk or a bound:
// what is not kept is read all the same, counted, and said.
#define _GNU_SOURCE
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "wire.h"

enum { BLOCK = 64 * 1024, RAW_OVERHEAD = 64 };

// Not from the heap: pages that nothing is written to cost nothing, and there is nothing to fail.
static char block[BLOCK], lines[2][LINE_BOUND], result[LINE_BOUND], batches[2][BATCH_ROOM];

void output_begin(struct output *output, bool wire, bool goes_on) {
    *output = (struct output){
        .wire = wire, .result = result, .streams = {{.fd = -1, .line = lines[0]}, {.fd = -1, .line = lines[1], .is_error = true}}};
    journal_begin(&output->events, "events.jsonl", goes_on, batches[0]);
    journal_begin(&output->errors, "stderr.log", goes_on, batches[1]);
    output->start_size = output->events.size + output->errors.size;
}

/// What stands in the files or waits to be written.
static off_t held(const struct output *output) {
    return output->events.size + output->errors.size + (off_t)(output->events.batch.used + output->errors.batch.used);
}

int64_t output_kept(const struct output *output) { return held(output) - output->start_size; }

/// A line of the launcher's own: {"at":…,"note":"…"}, with a number in front of the words when it is not 0.
static void put_note(struct output *output, uint64_t number, const char *words) {
    struct text *text = journal_room(&output->events);
    text_put(text, "{\"at\":");
    text_number(text, output->now);
    text_put(text, ",\"note\":\"");
    if (number > 0) {
        text_number(text, (int64_t)number);
        text_put(text, " ");
    }
    text_put(text, words);
    text_put(text, "\"}\n");
}

static void say_dropped(struct output *output) {
    if (output->dropped > 0 && !output->full) {
        put_note(output, output->dropped, "events beyond 1000 a second are not kept");
    }
    output->dropped = 0;
}

/// Whether the longest line may still be kept; the first refusal is said once.
static bool fits(struct output *output) {
    if (!output->full && held(output) + LINE_BOUND > RUN_BOUND - NOTE_RESERVE) {
        say_dropped(output);
        output->full = true;
        put_note(output, 0, "output beyond 16 MiB is not kept");
    }
    return !output->full;
}

/// Whether an event is within EVENTS_PER_SECOND; one that is not is counted.
static bool within_rate(struct output *output) {
    int64_t second = output->now / 1000;
    if (second != output->second) {
        say_dropped(output);
        output->second = second;
        output->in_second = 0;
    }
    if (output->in_second < EVENTS_PER_SECOND) {
        output->in_second++;
        return true;
    }
    output->dropped++;
    output->dropped_events++;
    return false;
}

/// {"at":…,"raw":"…"}, at most LINE_BOUND long; a line that had to be cut says so by "cut":true.
static void put_raw(struct output *output, const char *line, size_t length, bool cut) {
    struct text *text = journal_room(&output->events);
    size_t room = text->room, start = text->used;
    text_put(text, "{\"at\":");
    text_number(text, output->now);
    text_put(text, ",\"raw\":\"");
    text->room = start + LINE_BOUND - RAW_OVERHEAD;
    text_escaped(text, line, length);
    cut = cut || text->cut;
    text->cut = false;
    text->room = room;
    text_put(text, cut ? "\",\"cut\":true}\n" : "\"}\n");
    output->cut_lines += cut;
}

static void put_line(struct output *output, const char *line, size_t length) {
    struct text *text = journal_room(&output->events);
    text_bytes(text, line, length);
    text_put(text, "\n");
}

static void keep_result(struct output *output, const char *line, size_t length) {
    memcpy(output->result, line, length);
    output->result_length = length;
}

/// One line of stdout without its newline.
static void take_event(struct output *output, const char *line, size_t length, bool cut) {
    enum wire_line class = output->wire && !cut ? wire_classify(line, length) : WIRE_PLAIN;
    if (class == WIRE_EVENT && !within_rate(output)) {
        return;
    }
    if (!fits(output)) {
        if (class == WIRE_RESULT) {
            keep_result(output, line, length);
        }
    } else if (class == WIRE_PLAIN) {
        put_raw(output, line, length, cut);
    } else {
        put_line(output, line, length);
    }
}

/// One line of stderr without its newline: its time, a space, the bytes as they came.
static void take_error(struct output *output, const char *line, size_t length, bool cut) {
    static const char said[] = " [cut: the line is longer than 64 KiB]";
    size_t most = LINE_BOUND - sizeof output->stamp - sizeof said - 2;
    cut = cut || length > most;
    length = length > most ? most : length;
    if (!fits(output)) {
        return;
    }
    struct text *text = journal_room(&output->errors);
    text_bytes(text, output->stamp, sizeof output->stamp);
    text_put(text, " ");
    text_bytes(text, line, length);
    text_put(text, cut ? said : "");
    text_put(text, "\n");
    output->cut_lines += cut;
}

static void take_line(struct output *output, struct stream *stream, const char *line, size_t length, bool cut) {
    if (stream->is_error) {
        take_error(output, line, length, cut);
    } else {
        take_event(output, line, length, cut);
    }
}

/// Adds to the unfinished line; what goes beyond LINE_BOUND - 1 bytes (one is for the newline) is cut.
static void hold(struct stream *stream, const char *bytes, size_t count) {
    size_t room = LINE_BOUND - 1 - stream->used;
    stream->cut = stream->cut || count > room;
    count = count > room ? room : count;
    memcpy(stream->line + stream->used, bytes, count);
    stream->used += count;
}

static void end_held_line(struct output *output, struct stream *stream) {
    take_line(output, stream, stream->line, stream->used, stream->cut);
    stream->used = 0;
    stream->cut = false;
}

/// Whether a block can be passed over unread: nothing but a result is kept any more, and it holds none.
static bool is_skippable(const struct output *output, const struct stream *stream, const char *bytes, size_t count) {
    return output->full && (stream->is_error || !output->wire || !wire_may_hold_result(bytes, count));
}

/// Passes over all whole lines, and remembers the beginning of the last one if it has not ended.
static void skip_lines(const struct output *output, struct stream *stream, const char *bytes, size_t count) {
    const char *last = memrchr(bytes, '\n', count);
    size_t whole = last == NULL ? 0 : (size_t)(last - bytes) + 1;
    if (output->wire && !stream->is_error) {
        hold(stream, bytes + whole, count - whole);
    }
}

static void split(struct output *output, struct stream *stream, const char *bytes, size_t count) {
    while (count > 0) {
        if (stream->used == 0 && !stream->cut && is_skippable(output, stream, bytes, count)) {
            skip_lines(output, stream, bytes, count);
            return;
        }
        const char *newline = memchr(bytes, '\n', count);
        size_t length = newline == NULL ? count : (size_t)(newline - bytes);
        if (newline == NULL || stream->used > 0 || stream->cut || length >= LINE_BOUND) {
            hold(stream, bytes, length);
            if (newline != NULL) {
                end_held_line(output, stream);
            }
        } else {
            take_line(output, stream, bytes, length, false);
        }
        size_t taken = length + (newline != NULL);
        bytes += taken;
        count -= taken;
    }
}

static void close_stream(struct stream *stream) {
    close(stream->fd);
    stream->fd = -1;
}

/// Reads one block; false when there is nothing now or never again.
static bool read_block(struct output *output, struct stream *stream) {
    ssize_t count = read(stream->fd, block, sizeof block);
    if (count <= 0) {
        if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            close_stream(stream);
        }
        return false;
    }
    output->now = wall_ms();
    format_time(output->now, output->stamp);
    stream->bytes += (uint64_t)count;
    split(output, stream, block, (size_t)count);
    return true;
}

void output_take(struct output *output, struct stream *stream) {
    read_block(output, stream);
    journal_flush(&output->events);
    journal_flush(&output->errors);
}

/// Takes what a pipe held when its last writer of ours ended. A foreign holder may write on: the pipe's size is the end.
static void drain(struct output *output, struct stream *stream) {
    if (stream->fd >= 0) {
        int room = fcntl(stream->fd, F_GETPIPE_SZ);
        uint64_t limit = stream->bytes + (uint64_t)(room > 0 ? room : BLOCK);
        while (stream->fd >= 0 && stream->bytes < limit && read_block(output, stream)) {
        }
    }
    if (stream->used > 0 || stream->cut) {
        end_held_line(output, stream);
    }
    if (stream->fd >= 0) {
        close_stream(stream);
    }
}

void output_finish(struct output *output) {
    output->now = wall_ms();
    format_time(output->now, output->stamp);
    drain(output, &output->streams[0]);
    drain(output, &output->streams[1]);
    say_dropped(output);
    if (output->result_length > 0) {
        put_line(output, output->result, output->result_length);
    }
    journal_flush(&output->events);
    journal_flush(&output->errors);
}

void output_sync(struct output *output) {
    journal_sync(&output->events);
    journal_sync(&output->errors);
}
