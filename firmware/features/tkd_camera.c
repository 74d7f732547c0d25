#include "tkd_camera.h"

#include <stddef.h>

#include "tkd_flash.h"

/* A pixel of the part that is taken. */
static const uint8_t *at(const tkd_camera *p, const uint8_t *frame, uint32_t y, uint32_t x) {
    return frame + (size_t)(((p->top + y) * p->frame_width + p->left + x) * p->channels);
}

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* How much of pixel `inside` lies in pixel `outside` of `wanted` ones, in units of 1 / wanted. */
static uint32_t covered(uint32_t inside, uint32_t outside, uint32_t size, uint32_t wanted) {
    const uint32_t first = inside * wanted, start = outside * size;
    const uint32_t end = least(first + wanted, start + size);
    return end - (first > start ? first : start);
}

/* Down to `row`, across to `column`: sums of weights are crop_height * crop_width, at most 2^24. */
static void by_area(const tkd_camera *p, const uint8_t *frame, uint32_t row, uint32_t column, uint8_t *pixel) {
    const uint32_t height = p->crop_height, width = p->crop_width, area = height * width;
    const uint32_t y_end = ((row + 1u) * height + p->height - 1u) / p->height;
    const uint32_t x_start = column * width / p->width;
    const uint32_t x_end = ((column + 1u) * width + p->width - 1u) / p->width;
    for (uint32_t c = 0; c < p->channels; ++c) {
        uint32_t sum = area / 2u;
        for (uint32_t y = row * height / p->height; y < y_end; ++y) {
            uint32_t across = 0;
            for (uint32_t x = x_start; x < x_end; ++x) {
                across += covered(x, column, width, p->width) * at(p, frame, y, x)[c];
            }
            sum += covered(y, row, height, p->height) * across;
        }
        pixel[c] = (uint8_t)(sum / area);
    }
}

/* The pixel before `wanted_place` of `wanted`, and in *share how near the next one is, 256 at most. */
static uint32_t before(uint32_t place, uint32_t size, uint32_t wanted, uint32_t *share) {
    const uint32_t middle = (2u * place + 1u) * size;
    const uint32_t from = middle > wanted ? middle - wanted : 0u;
    const uint32_t found = least(from / (2u * wanted), size - 1u);
    *share = ((from - found * 2u * wanted) * 256u + wanted) / (2u * wanted);
    return found;
}

static void between(const tkd_camera *p, const uint8_t *frame, uint32_t row, uint32_t column, uint8_t *pixel) {
    uint32_t down, across;
    const uint32_t y = before(row, p->crop_height, p->height, &down);
    const uint32_t x = before(column, p->crop_width, p->width, &across);
    const uint32_t below = least(y + 1u, (uint32_t)p->crop_height - 1u);
    const uint32_t beside = least(x + 1u, (uint32_t)p->crop_width - 1u);
    for (uint32_t c = 0; c < p->channels; ++c) {
        const uint32_t upper = at(p, frame, y, x)[c] * (256u - across) + at(p, frame, y, beside)[c] * across;
        const uint32_t lower = at(p, frame, below, x)[c] * (256u - across) + at(p, frame, below, beside)[c] * across;
        pixel[c] = (uint8_t)((upper * (256u - down) + lower * down + (UINT32_C(1) << 15)) >> 16);
    }
}

static void scale(const tkd_camera *p, const uint8_t *frame, uint16_t row, uint8_t *pixels) {
    for (uint32_t x = 0; x < p->width; ++x) {
        uint8_t *const pixel = pixels + (size_t)(x * p->channels);
        if (p->bilinear) {
            between(p, frame, row, x, pixel);
        } else {
            by_area(p, frame, row, x, pixel);
        }
    }
}

static void make_grey(const tkd_camera *p, uint8_t *pixels) {
    for (uint32_t x = 0; x < p->width; ++x) {
        const uint8_t *const rgb = pixels + (size_t)(x * 3u);
        const uint32_t sum = UINT32_C(77) * rgb[0] + UINT32_C(150) * rgb[1] + UINT32_C(29) * rgb[2];
        pixels[x] = (uint8_t)((sum + 128u) >> 8);
    }
}

void tkd_camera_step(const tkd_camera *p, int32_t step, const uint8_t *frame, uint16_t row, uint8_t *pixels,
                     int8_t *input) {
    const uint32_t values = (uint32_t)p->width * (p->grey ? 1u : p->channels);
    switch (step) {
    case TKD_CAMERA_SCALE:
        scale(p, frame, row, pixels);
        return;
    case TKD_CAMERA_GREY:
        if (p->grey) {
            make_grey(p, pixels);
        }
        return;
    default:
        for (uint32_t i = 0; i < values; ++i) {
            input[i] = TKD_LOAD_S8(p->levels + pixels[i]);
        }
        return;
    }
}

void tkd_camera_frame(const tkd_camera *p, const uint8_t *frame, uint8_t *pixels, int8_t *input) {
    const uint32_t bytes = (uint32_t)p->width * (p->grey ? 1u : p->channels);
    for (uint32_t row = 0; row < p->height; ++row) {
        for (int32_t step = 0; step < TKD_CAMERA_STEPS; ++step) {
            tkd_camera_step(p, step, frame, (uint16_t)row, pixels, input + (size_t)(row * bytes));
        }
    }
}
