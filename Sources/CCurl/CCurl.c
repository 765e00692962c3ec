// libcurl brings some thirty libraries with it, which cost a program 5 ms at its start. Most runs never need it: it is loaded when one of its
// functions is called first. Each function that we use is defined here under its own name, and hands over to the library's.
#include "CCurl.h"

#include "CLinuxLibraries.h"

// The header's macros of these names take three arguments; the functions take any.
#undef curl_easy_setopt
#undef curl_easy_getinfo

#define LIBRARY_FUNCTION(name) LINUX_LIBRARY_FUNCTION("libcurl.so.4", "libcurl4", name)

HAND_OVER_1(CURLcode, curl_global_init, long)

HAND_OVER_0(CURL *, curl_easy_init)
HAND_OVER_1(void, curl_easy_cleanup, CURL *)
HAND_OVER_1(const char *, curl_easy_strerror, CURLcode)

HAND_OVER_0(CURLM *, curl_multi_init)
HAND_OVER_1(CURLMcode, curl_multi_cleanup, CURLM *)
HAND_OVER_2(CURLMcode, curl_multi_add_handle, CURLM *, CURL *)
HAND_OVER_2(CURLMcode, curl_multi_remove_handle, CURLM *, CURL *)
HAND_OVER_2(CURLMcode, curl_multi_perform, CURLM *, int *)
HAND_OVER_5(CURLMcode, curl_multi_poll, CURLM *, struct curl_waitfd *, unsigned int, int, int *)
HAND_OVER_1(CURLMcode, curl_multi_wakeup, CURLM *)
HAND_OVER_2(CURLMsg *, curl_multi_info_read, CURLM *, int *)

HAND_OVER_2(struct curl_slist *, curl_slist_append, struct curl_slist *, const char *)
HAND_OVER_1(void, curl_slist_free_all, struct curl_slist *)

CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
    return LIBRARY_FUNCTION(curl_easy_setopt)(handle, option, value);
}

CURLcode ccurl_set_number(CURL *handle, CURLoption option, long value) {
    return LIBRARY_FUNCTION(curl_easy_setopt)(handle, option, value);
}

CURLcode ccurl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return LIBRARY_FUNCTION(curl_easy_setopt)(handle, option, value);
}

CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return LIBRARY_FUNCTION(curl_easy_setopt)(handle, option, value);
}

CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return LIBRARY_FUNCTION(curl_easy_setopt)(handle, option, value);
}

CURLcode ccurl_set_sink(CURL *handle, CURLoption option, ccurl_sink value) {
    return LIBRARY_FUNCTION(curl_easy_setopt)(handle, option, value);
}

CURLcode ccurl_get_number(CURL *handle, CURLINFO info, long *value) {
    return LIBRARY_FUNCTION(curl_easy_getinfo)(handle, info, value);
}

CURLcode ccurl_get_time(CURL *handle, CURLINFO info, curl_off_t *value) {
    return LIBRARY_FUNCTION(curl_easy_getinfo)(handle, info, value);
}

struct curl_certinfo *ccurl_get_certificates(CURL *handle) {
    struct curl_certinfo *chain = NULL;
    return LIBRARY_FUNCTION(curl_easy_getinfo)(handle, CURLINFO_CERTINFO, &chain) == CURLE_OK ? chain : NULL;
}

CURLcode ccurl_set_seek(CURL *handle, CURLoption option, ccurl_seek value) {
    return LIBRARY_FUNCTION(curl_easy_setopt)(handle, option, value);
}

void ccurl_set_listener(CURL *handle, ccurl_listener value) {
    LIBRARY_FUNCTION(curl_easy_setopt)(handle, CURLOPT_DEBUGFUNCTION, value);
    LIBRARY_FUNCTION(curl_easy_setopt)(handle, CURLOPT_VERBOSE, 1L);
}

CURLcode ccurl_allow_refused_recipients(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x080200
    return LIBRARY_FUNCTION(curl_easy_setopt)(handle, CURLOPT_MAIL_RCPT_ALLOWFAILS, 1L);
#else
    return LIBRARY_FUNCTION(curl_easy_setopt)(handle, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
#endif
}

int ccurl_finished(CURLM *multi) {
    int left = 0;
    for (CURLMsg *message; (message = curl_multi_info_read(multi, &left));)
        if (message->msg == CURLMSG_DONE) return (int)message->data.result;
    return -1;
}
