/* Reads maps of outputs from stdin, one after another, and says the objects of each. */
#include <stdio.h>

#include "spots_objects.h"

static int8_t outputs[OUTPUTS];
static tkd_object found[CAPACITY];

int main(void) {
    while (fread(outputs, 1, sizeof outputs, stdin) == sizeof outputs) {
        const uint16_t count = spots_objects(outputs, found, CAPACITY);
        for (uint16_t i = 0; i < count; ++i) {
            const tkd_object *o = &found[i];
            printf("%u %d %d %d %d %d %d %d\n", o->kind, o->score, o->x, o->y, o->x0, o->y0, o->x1, o->y1);
        }
        printf("end\n");
    }
    return 0;
}
