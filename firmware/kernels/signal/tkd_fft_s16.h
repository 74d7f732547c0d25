/* The width of the transform: samples of 16 bits, products of 32. */
#define WORD int16_t
#define TWIN uint16_t
#define WIDE int32_t
#define BITS 15
#define LOAD TKD_LOAD_S16
#define SUM(a, b) ((int32_t)(a) + (b))
#define DIFFERENCE(a, b) ((int32_t)(a) - (b))
