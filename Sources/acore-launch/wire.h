#ifndef WIRE_H
#define WIRE_H

#include "launcher.h"

/// What the launcher must know of a line on a wire worker's stdout.
enum wire_line {
    WIRE_PLAIN,       ///< not the wire's: kept as raw text
    WIRE_EVENT,       ///< an event; counts against EVENTS_PER_SECOND
    WIRE_LASTING,     ///< artifact, check or mark: never dropped for its rate
    WIRE_RESULT,      ///< the worker's result: kept even beyond RUN_BOUND
};

/// Classifies one line without its newline; keys may stand in any order, with or without spaces.
enum wire_line wire_classify(const char *line, size_t length);

/// Whether a block of output can hold a result line at all; fast, may say yes too often.
bool wire_may_hold_result(const char *bytes, size_t count);

#endif
