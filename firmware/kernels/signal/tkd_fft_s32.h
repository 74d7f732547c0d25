/* The width of the transform: samples of 32 bits, products of 64. Sums before a halving wrap in 32. */
#define WORD int32_t
#define TWIN uint32_t
#define WIDE int64_t
#define BITS 31
#define LOAD TKD_LOAD_S32
#define SUM(a, b) sum((a), (b))
#define DIFFERENCE(a, b) difference((a), (b))
