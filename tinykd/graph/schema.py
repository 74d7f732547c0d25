"""The parts of TFLite's schema.fbs that the reader needs: op names, element types, options tables.

Source: tensorflow/compiler/mlir/lite/schema/schema.fbs (version 3). An options table is written here as its fields in
the schema's order, ``name:type`` and ``=default`` where it is not zero. Types: b int8 or an enum of bytes, i int32,
f float32, ? bool, s string, I vector of int32. Ops that are not named take no options.
"""

from dataclasses import dataclass

from tinykd.graph.ir import DType

IDENTIFIER = b"TFL3"
CUSTOM = 32

# The names of enum BuiltinOperator, in order from 0.
# fmt: off
OP_NAMES: tuple[str, ...] = (
    "ADD", "AVERAGE_POOL_2D", "CONCATENATION", "CONV_2D", "DEPTHWISE_CONV_2D", "DEPTH_TO_SPACE",
    "DEQUANTIZE", "EMBEDDING_LOOKUP", "FLOOR", "FULLY_CONNECTED", "HASHTABLE_LOOKUP",
    "L2_NORMALIZATION", "L2_POOL_2D", "LOCAL_RESPONSE_NORMALIZATION", "LOGISTIC", "LSH_PROJECTION",
    "LSTM", "MAX_POOL_2D", "MUL", "RELU", "RELU_N1_TO_1", "RELU6", "RESHAPE", "RESIZE_BILINEAR", "RNN",
    "SOFTMAX", "SPACE_TO_DEPTH", "SVDF", "TANH", "CONCAT_EMBEDDINGS", "SKIP_GRAM", "CALL", "CUSTOM",
    "EMBEDDING_LOOKUP_SPARSE", "PAD", "UNIDIRECTIONAL_SEQUENCE_RNN", "GATHER", "BATCH_TO_SPACE_ND",
    "SPACE_TO_BATCH_ND", "TRANSPOSE", "MEAN", "SUB", "DIV", "SQUEEZE", "UNIDIRECTIONAL_SEQUENCE_LSTM",
    "STRIDED_SLICE", "BIDIRECTIONAL_SEQUENCE_RNN", "EXP", "TOPK_V2", "SPLIT", "LOG_SOFTMAX", "DELEGATE",
    "BIDIRECTIONAL_SEQUENCE_LSTM", "CAST", "PRELU", "MAXIMUM", "ARG_MAX", "MINIMUM", "LESS", "NEG",
    "PADV2", "GREATER", "GREATER_EQUAL", "LESS_EQUAL", "SELECT", "SLICE", "SIN", "TRANSPOSE_CONV",
    "SPARSE_TO_DENSE", "TILE", "EXPAND_DIMS", "EQUAL", "NOT_EQUAL", "LOG", "SUM", "SQRT", "RSQRT",
    "SHAPE", "POW", "ARG_MIN", "FAKE_QUANT", "REDUCE_PROD", "REDUCE_MAX", "PACK", "LOGICAL_OR",
    "ONE_HOT", "LOGICAL_AND", "LOGICAL_NOT", "UNPACK", "REDUCE_MIN", "FLOOR_DIV", "REDUCE_ANY",
    "SQUARE", "ZEROS_LIKE", "FILL", "FLOOR_MOD", "RANGE", "RESIZE_NEAREST_NEIGHBOR", "LEAKY_RELU",
    "SQUARED_DIFFERENCE", "MIRROR_PAD", "ABS", "SPLIT_V", "UNIQUE", "CEIL", "REVERSE_V2", "ADD_N",
    "GATHER_ND", "COS", "WHERE", "RANK", "ELU", "REVERSE_SEQUENCE", "MATRIX_DIAG", "QUANTIZE",
    "MATRIX_SET_DIAG", "ROUND", "HARD_SWISH", "IF", "WHILE", "NON_MAX_SUPPRESSION_V4",
    "NON_MAX_SUPPRESSION_V5", "SCATTER_ND", "SELECT_V2", "DENSIFY", "SEGMENT_SUM", "BATCH_MATMUL",
    "PLACEHOLDER_FOR_GREATER_OP_CODES", "CUMSUM", "CALL_ONCE", "BROADCAST_TO", "RFFT2D", "CONV_3D",
    "IMAG", "REAL", "COMPLEX_ABS", "HASHTABLE", "HASHTABLE_FIND", "HASHTABLE_IMPORT", "HASHTABLE_SIZE",
    "REDUCE_ALL", "CONV_3D_TRANSPOSE", "VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE",
    "BROADCAST_ARGS", "RANDOM_STANDARD_NORMAL", "BUCKETIZE", "RANDOM_UNIFORM", "MULTINOMIAL", "GELU",
    "DYNAMIC_UPDATE_SLICE", "RELU_0_TO_1", "UNSORTED_SEGMENT_PROD", "UNSORTED_SEGMENT_MAX",
    "UNSORTED_SEGMENT_SUM", "ATAN2", "UNSORTED_SEGMENT_MIN", "SIGN", "BITCAST", "BITWISE_XOR",
    "RIGHT_SHIFT",
)
# fmt: on

# enum TensorType: what we read, and the names of the rest for messages.
DTYPES: dict[int, DType] = {
    0: DType.FLOAT32,
    2: DType.INT32,
    3: DType.UINT8,
    4: DType.INT64,
    6: DType.BOOL,
    7: DType.INT16,
    9: DType.INT8,
    12: DType.UINT64,
    13: DType.RESOURCE,
    15: DType.UINT32,
    17: DType.INT4,
}
# fmt: off
DTYPE_NAMES: tuple[str, ...] = (
    "float32", "float16", "int32", "uint8", "int64", "string", "bool", "int16", "complex64", "int8",
    "float64", "complex128", "uint64", "resource", "variant", "uint32", "uint16", "int4", "bfloat16",
    "int2", "uint4", "float8_e4m3fn", "float8_e5m2",
)
# fmt: on


@dataclass(frozen=True)
class Field:
    name: str
    type: str
    default: int


@dataclass(frozen=True)
class OptionsTable:
    union: int  # its number in the union BuiltinOptions
    fields: tuple[Field, ...]


def _table(union: int, fields: str) -> OptionsTable:
    return OptionsTable(union, tuple(_field(f) for f in fields.split()))


def _field(text: str) -> Field:
    name, _, rest = text.partition(":")
    code, _, default = rest.partition("=")
    return Field(name, code, int(default or 0))


NO_OPTIONS = OptionsTable(0, ())

# fmt: off
# ruff: noqa: E501
OPTIONS: dict[str, OptionsTable] = {
    "CONV_2D": _table(1, "padding:b stride_w:i stride_h:i fused_activation_function:b dilation_w_factor:i=1 dilation_h_factor:i=1 quantized_bias_type:b"),
    "DEPTHWISE_CONV_2D": _table(2, "padding:b stride_w:i stride_h:i depth_multiplier:i fused_activation_function:b dilation_w_factor:i=1 dilation_h_factor:i=1"),
    "FULLY_CONNECTED": _table(8, "fused_activation_function:b weights_format:b keep_num_dims:? asymmetric_quantize_inputs:? quantized_bias_type:b"),
    "TRANSPOSE_CONV": _table(49, "padding:b stride_w:i stride_h:i fused_activation_function:b quantized_bias_type:b"),
    "AVERAGE_POOL_2D": _table(5, "padding:b stride_w:i stride_h:i filter_width:i filter_height:i fused_activation_function:b"),
    "MAX_POOL_2D": _table(5, "padding:b stride_w:i stride_h:i filter_width:i filter_height:i fused_activation_function:b"),
    "MEAN": _table(27, "keep_dims:?"),
    "SUM": _table(27, "keep_dims:?"),
    "REDUCE_MAX": _table(27, "keep_dims:?"),
    "REDUCE_MIN": _table(27, "keep_dims:?"),
    "REDUCE_PROD": _table(27, "keep_dims:?"),
    "REDUCE_ANY": _table(27, "keep_dims:?"),
    "REDUCE_ALL": _table(27, "keep_dims:?"),
    "ADD": _table(11, "fused_activation_function:b pot_scale_int16:?=1"),
    "SUB": _table(28, "fused_activation_function:b pot_scale_int16:?=1"),
    "MUL": _table(21, "fused_activation_function:b"),
    "MINIMUM": _table(39, ""),
    "MAXIMUM": _table(39, ""),
    "SOFTMAX": _table(9, "beta:f"),
    "LEAKY_RELU": _table(75, "alpha:f"),
    "RESHAPE": _table(17, "new_shape:I"),
    "SQUEEZE": _table(30, "squeeze_dims:I"),
    "MIRROR_PAD": _table(77, "mode:b"),
    "CONCATENATION": _table(10, "axis:i fused_activation_function:b"),
    "SPLIT": _table(35, "num_splits:i"),
    "SPLIT_V": _table(79, "num_splits:i"),
    "PACK": _table(59, "values_count:i axis:i"),
    "UNPACK": _table(64, "num:i axis:i"),
    "STRIDED_SLICE": _table(32, "begin_mask:i end_mask:i ellipsis_mask:i new_axis_mask:i shrink_axis_mask:i offset:?"),
    "GATHER": _table(23, "axis:i batch_dims:i"),
    "RESIZE_BILINEAR": _table(15, "new_height:i new_width:i align_corners:? half_pixel_centers:?"),
    "RESIZE_NEAREST_NEIGHBOR": _table(74, "align_corners:? half_pixel_centers:?"),
    "SPACE_TO_DEPTH": _table(19, "block_size:i"),
    "DEPTH_TO_SPACE": _table(94, "block_size:i"),
    "ARG_MAX": _table(40, "output_type:b"),
    "ARG_MIN": _table(57, "output_type:b"),
    "BATCH_MATMUL": _table(101, "adj_x:? adj_y:? asymmetric_quantize_inputs:?"),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": _table(71, "fused_activation_function:b cell_clip:f proj_clip:f time_major:? asymmetric_quantize_inputs:? diagonal_recurrent_tensors:?"),
    "SVDF": _table(6, "rank:i fused_activation_function:b asymmetric_quantize_inputs:?"),
    "VAR_HANDLE": _table(111, "container:s shared_name:s"),
    "CALL_ONCE": _table(103, "init_subgraph_index:i"),
    "IF": _table(92, "then_subgraph_index:i else_subgraph_index:i"),
    "WHILE": _table(93, "cond_subgraph_index:i body_subgraph_index:i"),
    "L2_NORMALIZATION": _table(12, "fused_activation_function:b"),
    "CAST": _table(37, "in_data_type:b out_data_type:b"),
    "GELU": _table(116, "approximate:?"),
    "CUMSUM": _table(102, "exclusive:? reverse:?"),
    "SHAPE": _table(55, "out_type:b"),
    "DIV": _table(29, "fused_activation_function:b"),
}
# fmt: on
