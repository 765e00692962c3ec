#pragma once
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo take any type, which Swift cannot call: one function for each type that we use.

/// Takes bytes of a header line or of a body; returns how many it took.
typedef size_t (*ccurl_sink)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_sink(CURL *handle, CURLoption option, ccurl_sink value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_get_number(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

/// A time of a transfer, in microseconds: one of CURLINFO_…_TIME_T.
static inline CURLcode ccurl_get_time(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

/// The certificates that the other side showed, as lists of `Name:Value`; they go with the handle. NULL when there is none.
static inline struct curl_certinfo *ccurl_get_certificates(CURL *handle) {
    struct curl_certinfo *chain = NULL;
    return curl_easy_getinfo(handle, CURLINFO_CERTINFO, &chain) == CURLE_OK ? chain : NULL;
}

/// Goes to a place of what is sent; returns one of CURL_SEEKFUNC_….
typedef int (*ccurl_seek)(void *context, curl_off_t offset, int origin);

static inline CURLcode ccurl_set_seek(CURL *handle, CURLoption option, ccurl_seek value) {
    return curl_easy_setopt(handle, option, value);
}

/// Hears what goes over the wire; kind tells what it is.
typedef int (*ccurl_listener)(CURL *handle, curl_infotype kind, char *bytes, size_t count, void *context);

static inline void ccurl_set_listener(CURL *handle, ccurl_listener value) {
    curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, value);
    curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L);
}

/// A refused recipient does not keep the others from their mail; the option's name has changed.
static inline CURLcode ccurl_allow_refused_recipients(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x080200
    return curl_easy_setopt(handle, CURLOPT_MAIL_RCPT_ALLOWFAILS, 1L);
#else
    return curl_easy_setopt(handle, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
#endif
}

/// The oldest TLS that is spoken, for CURLOPT_SSLVERSION.
static const long ccurl_tls_1_2 = CURL_SSLVERSION_TLSv1_2;

/// How a finished transfer went: its CURLcode, or -1 while none has finished.
static inline int ccurl_finished(CURLM *multi) {
    int left = 0;
    for (CURLMsg *message; (message = curl_multi_info_read(multi, &left));)
        if (message->msg == CURLMSG_DONE) return (int)message->data.result;
    return -1;
}
