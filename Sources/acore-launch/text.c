#include "text.h"

#include <string.h>

void text_bytes(struct text *text, const char *bytes, size_t count) {
    if (text->cut || count > text->room - text->used) {
        text->cut = true;
        return;
    }
    memcpy(text->bytes + text->used, bytes, count);
    text->used += count;
}

void text_put(struct text *text, const char *string) { text_bytes(text, string, strlen(string)); }

void text_number(struct text *text, int64_t value) {
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        digits[--at] = '-';
    }
    text_bytes(text, digits + at, sizeof digits - at);
}

/// The length of the well-formed UTF-8 sequence at `bytes` (RFC 3629, section 4), or 0.
static size_t sequence_length(const unsigned char *bytes, size_t count) {
    unsigned char lead = bytes[0];
    size_t length = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (length == 0 || length > count) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    bool overlong = (lead == 0xE0 && bytes[1] < 0xA0) || (lead == 0xF0 && bytes[1] < 0x90);
    bool outside = (lead == 0xED && bytes[1] > 0x9F) || (lead == 0xF4 && bytes[1] > 0x8F);
    return overlong || outside ? 0 : length;
}

static void escape_one(struct text *text, unsigned char byte) {
    static const char digits[] = "0123456789abcdef";
    char escape[6] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
    const char *name = byte == 0 ? NULL : strchr("\"\"\\\\\nn\tt\rr\bb\ff", byte);
    if (name != NULL) {
        text_bytes(text, (char[]){'\\', name[1]}, 2);
    } else {
        text_bytes(text, escape, sizeof escape);
    }
}

static bool is_plain(unsigned char byte) { return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\'; }

void text_escaped(struct text *text, const char *bytes, size_t count) {
    const unsigned char *at = (const unsigned char *)bytes, *end = at + count;
    while (at < end && !text->cut) {
        const unsigned char *plain = at;
        while (at < end && is_plain(*at)) {
            at++;
        }
        size_t fits = text->room - text->used, run = (size_t)(at - plain);
        text_bytes(text, (const char *)plain, run < fits ? run : fits);
        text->cut = text->cut || run > fits;
        if (at == end) {
            return;
        }
        size_t length = sequence_length(at, (size_t)(end - at));
        if (length == 1) {
            escape_one(text, *at);
        } else if (length == 0) {
            text_put(text, "\xEF\xBF\xBD");
            length = 1;
        } else {
            text_bytes(text, (const char *)at, length);
        }
        at += length;
    }
}

void text_field(struct text *text, const char *name, int64_t value) {
    text_put(text, ",\"");
    text_put(text, name);
    text_put(text, "\":");
    text_number(text, value);
}

void text_string(struct text *text, const char *name, const char *value) {
    text_put(text, ",\"");
    text_put(text, name);
    text_put(text, "\":\"");
    text_escaped(text, value, strlen(value));
    text_put(text, "\"");
}
