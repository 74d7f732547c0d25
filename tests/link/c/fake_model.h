/* A model made by hand: two dense-like layers on a few bytes, so that the harness can be tested without a compiler. */
#ifndef FAKE_MODEL_H
#define FAKE_MODEL_H

#include "tkd_harness.h"

/* Bytes of input and output; large ones do not fit one frame. */
#ifndef FAKE_INPUT
#define FAKE_INPUT 64u
#endif
#ifndef FAKE_OUTPUT
#define FAKE_OUTPUT 10u
#endif
/* What the setup of a model that places itself says. */
#ifndef FAKE_SETUP
#define FAKE_SETUP TKD_OK
#endif
#define FAKE_ARENA (FAKE_INPUT + FAKE_OUTPUT + 32u)

extern const tkd_model fake_model;
extern const tkd_samples fake_samples;

/* What every board of the tests says of itself. */
#define FAKE_FIRMWARE                                                                                                  \
    { "tests", "0123456789abcdef", "by hand", "double", NULL }

#endif
