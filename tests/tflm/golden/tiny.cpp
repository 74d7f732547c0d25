/* tiny on TensorFlow Lite Micro: its ops and what is known of its tensors. Made by tinykd 0.1.0; see tiny.h. */
#include <Chirale_TensorFlowLite.h>

#include "tiny.h"
#include "tkd_tflm.h"

/* Structures of TFLM depend on it, so it holds for the library and for what uses it. */
#ifdef TF_LITE_STATIC_MEMORY
#error "this copy of TensorFlow Lite Micro is compiled without TF_LITE_STATIC_MEMORY; do not define it"
#endif

namespace {

typedef tkd_tflm::Runtime<3, 3> Runtime;

static_assert(Runtime::head_bytes() <= 576u, "the arena was planned for a smaller runtime");

/* Exactly the ops of this model. */
bool add_ops(Runtime::Resolver &resolver) {
    return resolver.AddConv2D() == kTfLiteOk &&
           resolver.AddFullyConnected() == kTfLiteOk &&
           resolver.AddReshape() == kTfLiteOk;
}

const tkd_tensor_info inputs[1] = {
    {"input", 0u, 18u, 0.5f, -1, TKD_INT8, 4, {1, 3, 3, 2, 0, 0} },
};

const tkd_tensor_info outputs[1] = {
    {"scores", 0u, 2u, 4.0f, 9, TKD_INT8, 2, {1, 2, 0, 0, 0, 0} },
};

const tkd_layer_info layers[3] = {
    {"conv", "CONV_2D", 144u, 0u, 18u},
    {"flat", "RESHAPE", 0u, 0u, 18u},
    {"scores", "FULLY_CONNECTED", 36u, 0u, 2u},
};

tkd_status setup(void *arena, uint32_t arena_bytes) {
    return Runtime::setup(arena, arena_bytes, tiny_flatbuffer, tiny_model, add_ops);
}

const tkd_placement placement = {
    setup, Runtime::input, Runtime::output, Runtime::layer_output, Runtime::arena_used, nullptr,
};

} /* namespace */

const tkd_model tiny_model = {
    TKD_MODEL_ABI,
    "tiny",
    "tflm",
    {0x3e, 0x51, 0x37, 0x46, 0x6b, 0x86, 0xf5, 0x09, 0x0d, 0x3f, 0x85, 0x44, 0x1d, 0x46, 0xd0, 0x3f, 0xfb, 0xfa, 0x5d, 0x41, 0x84, 0xdc, 0x92, 0x9e, 0x05, 0x4c, 0x18, 0x6f, 0xe8, 0x88, 0x95, 0x34},
    TINY_ARENA_BYTES,
    1, 1, 3,
    inputs,
    outputs,
    layers,
    Runtime::reset,
    Runtime::invoke,
    Runtime::step,
    &placement,
};
