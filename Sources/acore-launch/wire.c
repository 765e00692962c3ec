#define _GNU_SOURCE
#include "wire.h"

#include <string.h>

static const char *skip_spaces(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    return at;
}

static bool begins(const char *at, const char *end, const char *word) {
    size_t length = strlen(word);
    return (size_t)(end - at) >= length && memcmp(at, word, length) == 0;
}

/// The class that the word after `"t":` names; WIRE_PLAIN when there is no such word.
static enum wire_line class_after_key(const char *at, const char *end) {
    at = skip_spaces(at, end);
    if (at == end || *at != ':') {
        return WIRE_PLAIN;
    }
    at = skip_spaces(at + 1, end);
    if (begins(at, end, "\"result\"")) {
        return WIRE_RESULT;
    }
    bool lasting = begins(at, end, "\"artifact\"") || begins(at, end, "\"check\"") || begins(at, end, "\"mark\"");
    return lasting ? WIRE_LASTING : WIRE_PLAIN;
}

enum wire_line wire_classify(const char *line, size_t length) {
    const char *at = line, *end = line + length;
    // {"at": is how the launcher's own lines begin: a worker cannot write one.
    if (length == 0 || line[0] != '{' || begins(line, end, "{\"at\":")) {
        return WIRE_PLAIN;
    }
    while ((at = memmem(at, (size_t)(end - at), "\"t\"", 3)) != NULL) {
        at += 3;
        enum wire_line class = class_after_key(at, end);
        if (class != WIRE_PLAIN) {
            return class;
        }
    }
    return WIRE_EVENT;
}

bool wire_may_hold_result(const char *bytes, size_t count) { return memmem(bytes, count, "\"result\"", 8) != NULL; }
