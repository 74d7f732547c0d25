/*
 * A tkd_model over TensorFlow Lite Micro: the generated code instantiates tkd_tflm::Runtime with the number of its ops.
 *
 * All state lives in the caller's arena: first the Runtime itself (resolver and interpreter), behind it what TFLM
 * allocates from. So a model is reentrant over distinct arenas, like one of the static runtime, and nothing is at file
 * scope. C++11, and no more of TFLM's interface than its copies of January 2023 and those of today have in common:
 * the interpreter's constructor with four arguments, and for single layers its list of nodes, which lies in MicroGraph
 * at first and in MicroInterpreterGraph later. InitializeTarget() is not called: in Arduino's copies it opens the port.
 */
#ifndef TKD_TFLM_H
#define TKD_TFLM_H

#include <stddef.h>
#include <stdint.h>

#include <new>

#include "tensorflow/lite/micro/micro_context.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tensorflow/lite/schema/schema_generated.h"
#include "tkd_model.h"

namespace tflite {
class MicroInterpreterGraph;
}

namespace tkd_tflm {

constexpr uint32_t kSchemaVersion = 3;   /* of schema.fbs; version.h, which says it too, is gone upstream */
constexpr uint32_t kReady = 0x746B6452u; /* marks a setup that succeeded */
constexpr size_t kAlign = TKD_ARENA_ALIGN;

constexpr size_t aligned(size_t bytes) { return (bytes + kAlign - 1u) / kAlign * kAlign; }

/* Where the nodes are: in the graph itself, or in the class that it really is. */
template <class Graph> auto allocations(Graph &graph, int) -> decltype(graph.GetAllocations()) {
    return graph.GetAllocations();
}

template <class Graph, class Whole = tflite::MicroInterpreterGraph>
tflite::SubgraphAllocations *allocations(Graph &graph, long) {
    return static_cast<Whole &>(graph).GetAllocations();
}

/* The interpreter, one layer at a time. */
class Interpreter : public tflite::MicroInterpreter {
  public:
    Interpreter(const tflite::Model *model, const tflite::MicroOpResolver &resolver, uint8_t *arena, size_t bytes)
        : tflite::MicroInterpreter(model, resolver, arena, bytes) {}

    /* What InvokeSubgraph does for each node, for one. */
    TfLiteStatus step(uint16_t layer) {
        tflite::NodeAndRegistration &found = node(layer);
        TfLiteContext *const whole = const_cast<TfLiteContext *>(&context());
        const TfLiteStatus status = found.registration->invoke(whole, &found.node);
        const_cast<tflite::MicroAllocator &>(allocator()).ResetTempAllocations();
        return status;
    }

    /* The first output of a layer. */
    const void *layer_output(uint16_t layer) {
        const TfLiteIntArray *const outputs = node(layer).node.outputs;
        if (outputs == nullptr || outputs->size == 0) {
            return nullptr;
        }
        const TfLiteEvalTensor *const tensor = tflite::GetMicroContext(&context())->GetEvalTensor(outputs->data[0]);
        return tensor != nullptr ? tensor->data.data : nullptr;
    }

  private:
    tflite::NodeAndRegistration &node(uint16_t layer) {
        return allocations(tflite::GetMicroContext(&context())->graph(), 0)[0].node_and_registrations[layer];
    }
};

/* `Ops` different ops, `Layers` operators in the order of execution. */
template <unsigned Ops, unsigned Layers> class Runtime {
  public:
    typedef tflite::MicroMutableOpResolver<Ops> Resolver;
    typedef bool (*AddOps)(Resolver &resolver);

    /* Builds the runtime at the start of the arena; TKD_OK, or nothing may be run. */
    static tkd_status setup(void *arena, uint32_t arena_bytes, const uint8_t *flatbuffer, const tkd_model &model,
                            AddOps add_ops) {
        if (arena == nullptr || reinterpret_cast<uintptr_t>(arena) % kAlign != 0 || arena_bytes < model.arena_bytes ||
            arena_bytes <= head_bytes()) {
            return TKD_ERR_ARENA;
        }
        static_cast<Runtime *>(arena)->state_ = 0;
        const tflite::Model *const graph = tflite::GetModel(flatbuffer);
        if (graph->version() != kSchemaVersion) {
            return TKD_ERR_MODEL;
        }
        Runtime *const self = ::new (arena) Runtime(graph, static_cast<uint8_t *>(arena), arena_bytes);
        if (!add_ops(self->resolver_) || !self->has_all_ops(graph)) {
            return TKD_ERR_MODEL;
        }
        if (self->interpreter_.AllocateTensors() != kTfLiteOk) {
            return TKD_ERR_RUNTIME;
        }
        if (!self->is_as_described(model)) {
            return TKD_ERR_MODEL;
        }
        self->state_ = kReady;
        return TKD_OK;
    }

    static tkd_status reset(void *arena) {
        Runtime *const self = ready(arena);
        return self == nullptr ? TKD_ERR_STATE : told(self->interpreter_.Reset());
    }

    static tkd_status invoke(void *arena) {
        Runtime *const self = ready(arena);
        return self == nullptr ? TKD_ERR_STATE : told(self->interpreter_.Invoke());
    }

    /* One inference of a whole window, from the initial state; the inputs stay as they are. */
    static tkd_status invoke_window(void *arena) {
        const tkd_status status = reset(arena);
        return status == TKD_OK ? invoke(arena) : status;
    }

    static tkd_status step(void *arena, uint16_t layer) {
        Runtime *const self = ready(arena);
        if (self == nullptr) {
            return TKD_ERR_STATE;
        }
        return layer < Layers ? told(self->interpreter_.step(layer)) : TKD_ERR_RANGE;
    }

    static void *input(void *arena, uint16_t index) {
        return static_cast<Runtime *>(arena)->interpreter_.input(index)->data.data;
    }

    static const void *output(void *arena, uint16_t index) {
        return static_cast<Runtime *>(arena)->interpreter_.output(index)->data.data;
    }

    static const void *layer_output(void *arena, uint16_t layer) {
        return static_cast<Runtime *>(arena)->interpreter_.layer_output(layer);
    }

    static uint32_t arena_used(const void *arena) {
        const Runtime *const self = static_cast<const Runtime *>(arena);
        return self->state_ != kReady ? 0u
                                      : static_cast<uint32_t>(head_bytes() + self->interpreter_.arena_used_bytes());
    }

    /* What the runtime itself takes of the arena. */
    static constexpr size_t head_bytes() { return aligned(sizeof(Runtime)); }

  private:
    Runtime(const tflite::Model *graph, uint8_t *arena, uint32_t bytes)
        : state_(0), resolver_(), interpreter_(graph, resolver_, arena + head_bytes(), bytes - head_bytes()) {}

    static Runtime *ready(void *arena) {
        Runtime *const self = static_cast<Runtime *>(arena);
        return self != nullptr && self->state_ == kReady ? self : nullptr;
    }

    static tkd_status told(TfLiteStatus status) { return status == kTfLiteOk ? TKD_OK : TKD_ERR_RUNTIME; }

    /* True if the resolver knows the op of every operator; a flatbuffer may list codes that none of them uses. */
    bool has_all_ops(const tflite::Model *graph) const {
        const auto *const operators = graph->subgraphs()->Get(0)->operators();
        for (uint32_t i = 0; i < operators->size(); ++i) {
            if (resolver_.FindOp(op_of(graph->operator_codes()->Get(operators->Get(i)->opcode_index()))) == nullptr) {
                return false;
            }
        }
        return operators->size() == Layers;
    }

    /* Codes above 126 stand in the newer of the two fields. */
    static tflite::BuiltinOperator op_of(const tflite::OperatorCode *code) {
        const int32_t older = code->deprecated_builtin_code();
        const int32_t newer = code->builtin_code();
        return static_cast<tflite::BuiltinOperator>(newer > older ? newer : older);
    }

    static bool agrees(const TfLiteTensor *tensor, const tkd_tensor_info &info) {
        return tensor != nullptr && tensor->data.data != nullptr && tensor->bytes == info.bytes;
    }

    bool is_as_described(const tkd_model &model) {
        bool good =
            interpreter_.inputs_size() == model.inputs_count && interpreter_.outputs_size() == model.outputs_count;
        for (uint16_t i = 0; good && i < model.inputs_count; ++i) {
            good = agrees(interpreter_.input(i), model.inputs[i]);
        }
        for (uint16_t i = 0; good && i < model.outputs_count; ++i) {
            good = agrees(interpreter_.output(i), model.outputs[i]);
        }
        return good;
    }

    uint32_t state_; /* first, so that a failed setup leaves it zero wherever it failed */
    Resolver resolver_;
    Interpreter interpreter_;
};

} /* namespace tkd_tflm */

#endif
