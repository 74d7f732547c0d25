/*
 * What TensorFlow Lite Micro wants of a C++ library and of its platform, where there is no operating system: its
 * messages go out as text on the serial line, between the frames, and nothing is ever freed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "tensorflow/lite/micro/debug_log.h"
#include "tkd_port.h"

namespace {

void say(const char *text) { tkd_port_write(reinterpret_cast<const uint8_t *>(text), strlen(text)); }

} /* namespace */

/* The message as it stands in TFLM: numbers in it stay "%d", which needs no printf. */
#ifdef TKD_TFLM_LOG_ARGUMENTS
extern "C" void DebugLog(const char *format, va_list) { say(format); }

#ifndef TF_LITE_STRIP_ERROR_STRINGS
extern "C" int DebugVsnprintf(char *buffer, size_t size, const char *, va_list) {
    if (size != 0) {
        buffer[0] = 0;
    }
    return 0;
}
#endif
#else
extern "C" void DebugLog(const char *text) { say(text); }
#endif

/* TFLM aborts where it finds itself in an impossible state: the board says so, and stops. */
extern "C" void abort(void) {
    say("\r\nTensorFlow Lite Micro aborted\r\n");
    for (;;) {
        (void)tkd_port_read(1000);
    }
}

extern "C" void __cxa_pure_virtual(void) { abort(); }

/* The C library's would print through stdio, and take a heap with it. */
extern "C" void __assert_func(const char *, int, const char *, const char *what) {
    say(what);
    abort();
}

void operator delete(void *) noexcept {}
void operator delete(void *, size_t) noexcept {}
