#ifndef TEXT_H
#define TEXT_H

#include "launcher.h"

/// Text that is being put together in a buffer of fixed size; what does not fit is left out and `cut` is set.
struct text {
    char *bytes;
    size_t room;
    size_t used;
    bool cut;
};

/// Appends bytes as they are.
void text_bytes(struct text *text, const char *bytes, size_t count);
/// Appends a C string as it is.
void text_put(struct text *text, const char *string);
/// Appends a number.
void text_number(struct text *text, int64_t value);
/// Appends bytes as the inside of a JSON string: escaped, and what is not UTF-8 replaced by U+FFFD.
void text_escaped(struct text *text, const char *bytes, size_t count);
/// Appends `,"name":value`.
void text_field(struct text *text, const char *name, int64_t value);
/// Appends `,"name":"value"`.
void text_string(struct text *text, const char *name, const char *value);

#endif
