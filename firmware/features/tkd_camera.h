/*
 * From a camera's frame to a model's input, in integers, equal to tinykd/data/features/camera.py in every byte.
 *
 * A part of the frame is taken and brought to the model's size: by areas (each pixel is the mean of what it covers) or
 * bilinear (between the four nearest). Three channels become grey where the model is grey: (77 R + 150 G + 29 B) / 256.
 * Row after row of the input, so that no second image is kept. Constants are in the generated NAME_features.h.
 */
#ifndef TKD_CAMERA_H
#define TKD_CAMERA_H

#include <stdint.h>

#define TKD_CAMERA_VERSION 1 /* of this struct and of what the functions compute */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_camera {
    uint16_t frame_width;             /* [in] pixels */
    uint16_t top, left;               /* [in] of the part that is taken */
    uint16_t crop_height, crop_width; /* [in] at most 4096 each */
    uint16_t height, width;           /* [in] of the model's input; by areas no more than what is taken */
    uint8_t channels;                 /* [in] of the frame, 1 or 3 */
    uint8_t bilinear;                 /* [in] 0: by areas */
    uint8_t grey;                     /* [in] 1: three channels become one */
    const int8_t *levels;             /* [in] flash, [256] a pixel as the model takes it */
} tkd_camera;

typedef enum tkd_camera_step_name {
    TKD_CAMERA_SCALE = 0,    /* [width][channels] of uint8 */
    TKD_CAMERA_GREY = 1,     /* [width] of uint8, in their place */
    TKD_CAMERA_QUANTIZE = 2, /* [width][channels of the input] of int8, in the model's input */
    TKD_CAMERA_STEPS = 3
} tkd_camera_step_name;

/*
 * One step of a row of the input, after those before it.
 * [in]     frame   [frame height][frame_width][channels]
 * [in,out] pixels  [width][channels]
 * [out]    input   the row in the model's input
 */
void tkd_camera_step(const tkd_camera *p, int32_t step, const uint8_t *frame, uint16_t row, uint8_t *pixels,
                     int8_t *input);

/* A whole frame as the model's input; pixels [width][channels] is overwritten. */
void tkd_camera_frame(const tkd_camera *p, const uint8_t *frame, uint8_t *pixels, int8_t *input);

#ifdef __cplusplus
}
#endif
#endif
