/*
 * The part of TensorFlow Lite Micro's interface that firmware/tflm uses, made anew for tests: names and signatures
 * only.
 *
 * FAKE_2023: as in the copies of early 2023, where MicroGraph itself has the nodes; else as later, where it is
 * abstract. A "flatbuffer" is 8 bytes: version, what AllocateTensors answers, bytes of input and of output, how many
 * op codes, then the codes. The model is two nodes: hidden = 3 * input, output = hidden + 1, over `bytes` each.
 */
#ifndef FAKE_TFLM_H
#define FAKE_TFLM_H

#include <stddef.h>
#include <stdint.h>

enum TfLiteStatus { kTfLiteOk = 0, kTfLiteError = 1 };

struct TfLiteIntArray {
    int size;
    int data[1];
};

union TfLitePtrUnion {
    int8_t *int8;
    void *data;
};

struct TfLiteTensor {
    TfLitePtrUnion data;
    size_t bytes;
};

struct TfLiteEvalTensor {
    TfLitePtrUnion data;
};

struct TfLiteContext {
    void *impl_;
};

struct TfLiteNode {
    TfLiteIntArray *inputs;
    TfLiteIntArray *outputs;
};

#ifdef FAKE_2023
struct TfLiteRegistration {
    TfLiteStatus (*invoke)(TfLiteContext *context, TfLiteNode *node);
};
typedef TfLiteRegistration FakeRegistration;
#else
struct TFLMRegistration {
    TfLiteStatus (*invoke)(TfLiteContext *context, TfLiteNode *node);
};
typedef TFLMRegistration FakeRegistration;
#endif

namespace tflite {

enum BuiltinOperator : int32_t {
    BuiltinOperator_ADD = 0,
    BuiltinOperator_CONV_2D = 3,
    BuiltinOperator_FULLY_CONNECTED = 9,
    BuiltinOperator_RESHAPE = 22
};

struct OperatorCode {
    uint8_t code;
    int8_t deprecated_builtin_code() const { return static_cast<int8_t>(code); }
    BuiltinOperator builtin_code() const { return static_cast<BuiltinOperator>(code); }
};

struct OperatorCodes {
    uint8_t count;
    OperatorCode codes[3];
    uint32_t size() const { return count; }
    const OperatorCode *Get(uint32_t i) const { return &codes[i]; }
};

/* Two operators, which use the first two codes. */
struct Operator {
    uint8_t index;
    uint32_t opcode_index() const { return index; }
};

struct Operators {
    Operator items[2];
    uint32_t size() const { return 2; }
    const Operator *Get(uint32_t i) const { return &items[i]; }
};

struct SubGraph {
    const Operators *operators() const {
        static const Operators two = {{{0}, {1}}};
        return &two;
    }
};

struct SubGraphs {
    const SubGraph *Get(uint32_t) const {
        static const SubGraph only = {};
        return &only;
    }
};

struct Model {
    uint8_t head[4];
    OperatorCodes codes;
    uint32_t version() const { return head[0]; }
    const OperatorCodes *operator_codes() const { return &codes; }
    const SubGraphs *subgraphs() const {
        static const SubGraphs all = {};
        return &all;
    }
};

inline const Model *GetModel(const void *flatbuffer) { return static_cast<const Model *>(flatbuffer); }

struct NodeAndRegistration {
    TfLiteNode node;
    const FakeRegistration *registration;
};

struct SubgraphAllocations {
    NodeAndRegistration *node_and_registrations;
};

#ifdef FAKE_2023
class MicroGraph {
  public:
    SubgraphAllocations *GetAllocations() { return &allocations_; }
    SubgraphAllocations allocations_;
};
typedef MicroGraph FakeGraph;
#else
class MicroGraph {
  public:
    virtual int NumSubgraphs() = 0;

  protected:
    ~MicroGraph() {}
};

class MicroInterpreterGraph : public MicroGraph {
  public:
    int NumSubgraphs() override { return 1; }
    SubgraphAllocations *GetAllocations() { return &allocations_; }
    SubgraphAllocations allocations_;
};
typedef MicroInterpreterGraph FakeGraph;
#endif

class MicroContext {
  public:
    MicroGraph &graph() { return graph_; }
    TfLiteEvalTensor *GetEvalTensor(int index) { return &tensors_[index]; }
    FakeGraph graph_;
    TfLiteEvalTensor tensors_[3];
    size_t bytes_;
};

inline MicroContext *GetMicroContext(const TfLiteContext *context) {
    return static_cast<MicroContext *>(context->impl_);
}

class MicroAllocator {
  public:
    void ResetTempAllocations() { ++resets_; }
    int resets_ = 0;
};

class MicroOpResolver {
  public:
    virtual const FakeRegistration *FindOp(BuiltinOperator op) const = 0;

  protected:
    ~MicroOpResolver() {}
};

template <unsigned N> class MicroMutableOpResolver : public MicroOpResolver {
  public:
    TfLiteStatus AddAdd() { return add(BuiltinOperator_ADD); }
    TfLiteStatus AddConv2D() { return add(BuiltinOperator_CONV_2D); }
    TfLiteStatus AddFullyConnected() { return add(BuiltinOperator_FULLY_CONNECTED); }
    TfLiteStatus AddReshape() { return add(BuiltinOperator_RESHAPE); }

    const FakeRegistration *FindOp(BuiltinOperator op) const override {
        for (unsigned i = 0; i < count_; ++i) {
            if (ops_[i] == op) {
                return &registration_;
            }
        }
        return nullptr;
    }

  private:
    TfLiteStatus add(BuiltinOperator op) {
        if (count_ == N) {
            return kTfLiteError;
        }
        ops_[count_++] = op;
        return kTfLiteOk;
    }

    FakeRegistration registration_ = {nullptr};
    BuiltinOperator ops_[N] = {};
    unsigned count_ = 0;
};

class MicroResourceVariables;
class MicroProfilerInterface;

class MicroInterpreter {
  public:
    MicroInterpreter(const Model *model, const MicroOpResolver &resolver, uint8_t *arena, size_t bytes,
                     MicroResourceVariables *variables = nullptr, MicroProfilerInterface *profiler = nullptr)
        : model_(model), arena_(arena), arena_bytes_(bytes) {
        (void)resolver;
        (void)variables;
        (void)profiler;
        context_.impl_ = &micro_context_;
    }

    TfLiteStatus AllocateTensors() {
        const size_t bytes = model_->head[2];
        if (model_->head[1] != 0 || arena_bytes_ < 3 * bytes) {
            return kTfLiteError;
        }
        micro_context_.bytes_ = bytes;
        for (int i = 0; i < 3; ++i) {
            micro_context_.tensors_[i].data.int8 = reinterpret_cast<int8_t *>(arena_) + static_cast<size_t>(i) * bytes;
        }
        for (int i = 0; i < 2; ++i) {
            ends_[i] = TfLiteIntArray{1, {i}};
            nodes_[i] = NodeAndRegistration{TfLiteNode{&ends_[i], &results_[i]}, &registrations_[i]};
            results_[i] = TfLiteIntArray{1, {i + 1}};
        }
        micro_context_.graph_.allocations_.node_and_registrations = nodes_;
        input_ = TfLiteTensor{micro_context_.tensors_[0].data, bytes};
        output_ = TfLiteTensor{micro_context_.tensors_[2].data, model_->head[3]};
        return kTfLiteOk;
    }

    TfLiteStatus Invoke() {
        const TfLiteStatus first = nodes_[0].registration->invoke(&context_, &nodes_[0].node);
        return first != kTfLiteOk ? first : nodes_[1].registration->invoke(&context_, &nodes_[1].node);
    }

    TfLiteStatus Reset() {
        ++resets();
        return kTfLiteOk;
    }

    /* Of all interpreters. */
    static int &resets() {
        static int count = 0;
        return count;
    }

    TfLiteTensor *input(size_t index) { return index == 0 ? &input_ : nullptr; }
    TfLiteTensor *output(size_t index) { return index == 0 ? &output_ : nullptr; }
    size_t inputs_size() const { return 1; }
    size_t outputs_size() const { return 1; }
    size_t arena_used_bytes() const { return 3 * micro_context_.bytes_; }

  protected:
    const MicroAllocator &allocator() const { return allocator_; }
    const TfLiteContext &context() const { return context_; }

  private:
    static TfLiteStatus triple(TfLiteContext *context, TfLiteNode *node) { return map(context, node, 3, 0); }
    static TfLiteStatus next(TfLiteContext *context, TfLiteNode *node) { return map(context, node, 1, 1); }
    static TfLiteStatus map(TfLiteContext *context, TfLiteNode *node, int factor, int term) {
        MicroContext *const micro = GetMicroContext(context);
        const int8_t *const from = micro->GetEvalTensor(node->inputs->data[0])->data.int8;
        int8_t *const to = micro->GetEvalTensor(node->outputs->data[0])->data.int8;
        for (size_t i = 0; i < micro->bytes_; ++i) {
            to[i] = static_cast<int8_t>(from[i] * factor + term);
        }
        return kTfLiteOk;
    }

    const Model *model_;
    uint8_t *arena_;
    size_t arena_bytes_;
    TfLiteContext context_;
    MicroContext micro_context_;
    MicroAllocator allocator_;
    FakeRegistration registrations_[2] = {{triple}, {next}};
    TfLiteIntArray ends_[2];
    TfLiteIntArray results_[2];
    NodeAndRegistration nodes_[2];
    TfLiteTensor input_;
    TfLiteTensor output_;
};

} /* namespace tflite */

#endif
