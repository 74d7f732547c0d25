#include "tkd_objects.h"

#include <stddef.h>

#include "tkd_flash.h"

static const int8_t *cell_at(const tkd_objects_rules *r, const int8_t *outputs, int16_t row, int16_t column) {
    const uint32_t cell = (uint32_t)(uint16_t)row * r->columns + (uint16_t)column;
    return outputs + (size_t)(cell * r->channels);
}

/* Of class `kind`: [-255, 255]. */
static int16_t score_of(const int8_t *cell, uint16_t kind) { return (int16_t)(cell[1u + kind] - cell[0]); }

/* The first of the best classes. */
static uint16_t best_kind(const tkd_objects_rules *r, const int8_t *cell) {
    uint16_t best = 0;
    for (uint16_t kind = 1; kind < r->classes; ++kind) {
        best = cell[1u + kind] > cell[1u + best] ? kind : best;
    }
    return best;
}

/* Whether `score` is above what lies before the cell and not below what lies after it, all within the radius. */
static int is_peak(const tkd_objects_rules *r, const int8_t *outputs, const tkd_object *at, int16_t score) {
    const int16_t radius = TKD_LOAD_S8(&r->radius[at->kind]);
    for (int16_t row = (int16_t)(at->y - radius); row <= at->y + radius; ++row) {
        for (int16_t column = (int16_t)(at->x - radius); column <= at->x + radius; ++column) {
            const int outside = row < 0 || column < 0 || row >= (int16_t)r->rows || column >= (int16_t)r->columns;
            if (outside || (row == at->y && column == at->x)) {
                continue;
            }
            const int16_t other = score_of(cell_at(r, outputs, row, column), at->kind);
            const int before = row < at->y || (row == at->y && column < at->x);
            if (other > score || (before && other == score)) {
                return 0;
            }
        }
    }
    return 1;
}

static int16_t clamped(int16_t value, int16_t most) { return (int16_t)(value < 0 ? 0 : value > most ? most : value); }

static int16_t looked_up(const int16_t *table, int8_t q) { return TKD_LOAD_S16(&table[(uint16_t)(q + 128)]); }

/* From its cell, in x and y, to pixels. */
static void place(const tkd_objects_rules *r, const int8_t *cell, tkd_object *object) {
    int16_t width, height;
    object->x = (int16_t)(object->x * r->stride + r->stride / 2);
    object->y = (int16_t)(object->y * r->stride + r->stride / 2);
    if (r->offsets == NULL) {
        width = TKD_LOAD_S16(&r->usual[2u * object->kind]);
        height = TKD_LOAD_S16(&r->usual[2u * object->kind + 1u]);
    } else {
        const int8_t *box = cell + 1u + r->classes; /* x, y, width, height */
        object->x = clamped((int16_t)(object->x + looked_up(r->offsets, box[0])), (int16_t)(r->width - 1));
        object->y = clamped((int16_t)(object->y + looked_up(r->offsets, box[1])), (int16_t)(r->height - 1));
        width = looked_up(r->sizes, box[2]);
        height = looked_up(r->sizes, box[3]);
    }
    const int16_t left = (int16_t)(object->x - width / 2), top = (int16_t)(object->y - height / 2);
    object->x0 = clamped(left, r->width);
    object->y0 = clamped(top, r->height);
    object->x1 = clamped((int16_t)(left + width), r->width);
    object->y1 = clamped((int16_t)(top + height), r->height);
}

/* Behind those with an equal or a larger score; the last falls out where there is no room. */
static uint16_t insert(tkd_object *found, uint16_t count, uint16_t capacity, const tkd_object *object) {
    uint16_t at = count;
    while (at > 0 && found[at - 1u].score < object->score) {
        --at;
    }
    if (at == capacity) {
        return count;
    }
    count = (uint16_t)(count < capacity ? count + 1u : count);
    for (uint16_t i = (uint16_t)(count - 1u); i > at; --i) {
        found[i] = found[i - 1u];
    }
    found[at] = *object;
    return count;
}

uint16_t tkd_objects_find(const tkd_objects_rules *r, const int8_t *outputs, tkd_object *found, uint16_t capacity) {
    uint16_t count = 0;
    for (int16_t row = 0; row < (int16_t)r->rows; ++row) {
        for (int16_t column = 0; column < (int16_t)r->columns; ++column) {
            const int8_t *cell = cell_at(r, outputs, row, column);
            tkd_object object = {column, row, 0, 0, 0, 0, 0, best_kind(r, cell)};
            object.score = score_of(cell, object.kind);
            if (object.score >= TKD_LOAD_S16(&r->thresholds[object.kind]) &&
                is_peak(r, outputs, &object, object.score)) {
                place(r, cell, &object);
                count = insert(found, count, capacity, &object);
            }
        }
    }
    return count;
}
