/*
 * The block by which an RP2350's boot ROM knows that this is a program for its Arm cores in secure state; it must lie
 * in the first 4 KB of the flash. In place of an RP2040's second boot stage: without more the vectors are at the start.
 * Source: RP2350 data sheet, 5.9.5.1 (Minimum Arm IMAGE_DEF).
 */
#include <stdint.h>

#define START 0xFFFFDED3u
#define END 0xAB123579u
#define IMAGE_TYPE 0x42u   /* an item of one word: */
#define EXECUTABLE 0x1021u /* for an RP2350, its Arm cores, secure */
#define LAST 0xFFu         /* an item with the words of those before, */
#define ONLY_BLOCK 0u      /* and the way to the next block: this one */

extern const uint32_t tkd_image_def[5];

__attribute__((section(".vectors.image_def"), used)) const uint32_t tkd_image_def[5] = {
    START, IMAGE_TYPE | (1u << 8) | (EXECUTABLE << 16), LAST | (1u << 8), ONLY_BLOCK, END,
};
