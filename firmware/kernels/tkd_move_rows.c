#include "tkd_move_rows.h"

#include "tkd_copy_rows.h"

void tkd_move_rows(void *rows, const tkd_move_rows_params *p) {
    tkd_copy_rows(rows, (const uint8_t *)rows + p->moved, p->kept);
}
