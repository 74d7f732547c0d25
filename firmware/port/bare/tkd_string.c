/*
 * strlen and strcmp, short: the C library's are unrolled for speed and take a kilobyte, and only text for a person
 * goes through them. `volatile` keeps the compiler from recognising the loops and calling what they define.
 */
#include <stddef.h>
#include <string.h>

size_t strlen(const char *text) {
    const volatile char *end = text;
    while (*end != 0) {
        ++end;
    }
    return (size_t)(end - text);
}

int strcmp(const char *a, const char *b) {
    const volatile unsigned char *left = (const volatile unsigned char *)a;
    const volatile unsigned char *right = (const volatile unsigned char *)b;
    while (*left != 0 && *left == *right) {
        ++left;
        ++right;
    }
    return (int)*left - (int)*right;
}
