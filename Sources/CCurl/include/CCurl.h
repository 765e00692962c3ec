/// libcurl, which is loaded when one of its functions is called first: CCurl.c.
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo take any type, which Swift cannot call: one function for each type that we use.

/// Takes bytes of a header line or of a body; returns how many it took.
typedef size_t (*ccurl_sink)(char *bytes, size_t size, size_t count, void *context);

CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value);

CURLcode ccurl_set_number(CURL *handle, CURLoption option, long value);

CURLcode ccurl_set_size(CURL *handle, CURLoption option, curl_off_t value);

CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value);

CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value);

CURLcode ccurl_set_sink(CURL *handle, CURLoption option, ccurl_sink value);

CURLcode ccurl_get_number(CURL *handle, CURLINFO info, long *value);

/// A time of a transfer, in microseconds: one of CURLINFO_…_TIME_T.
CURLcode ccurl_get_time(CURL *handle, CURLINFO info, curl_off_t *value);

/// The certificates that the other side showed, as lists of `Name:Value`; they go with the handle. NULL when there is none.
struct curl_certinfo *ccurl_get_certificates(CURL *handle);

/// Goes to a place of what is sent; returns one of CURL_SEEKFUNC_….
typedef int (*ccurl_seek)(void *context, curl_off_t offset, int origin);

CURLcode ccurl_set_seek(CURL *handle, CURLoption option, ccurl_seek value);

/// Hears what goes over the wire; kind tells what it is.
typedef int (*ccurl_listener)(CURL *handle, curl_infotype kind, char *bytes, size_t count, void *context);

void ccurl_set_listener(CURL *handle, ccurl_listener value);

/// A refused recipient does not keep the others from their mail; the option's name has changed.
CURLcode ccurl_allow_refused_recipients(CURL *handle);

/// The oldest TLS that is spoken, for CURLOPT_SSLVERSION.
static const long ccurl_tls_1_2 = CURL_SSLVERSION_TLSv1_2;

/// How a finished transfer went: its CURLcode, or -1 while none has finished.
int ccurl_finished(CURLM *multi);

#endif
