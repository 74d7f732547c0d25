"""TFLM with CMSIS-NN on the same emulated cores, counted the same way: what ours is compared with.

TFLM of August 2026, release build with its _INT8 registrations, GCC 12.2, QEMU 7.2. By name of the model and
machine. For RISC-V and Xtensa it has reference kernels alone; GCC's library for the LX106 has no 64-bit
multiplication and no floating point there, so that the first is the benchmarks' own
(``tkd_integers_lx106.c``), and the second, which no inference needs, Berkeley's SoftFloat.
"""

from dataclasses import dataclass

KWS = "kws_dscnn_int8"
IC = "ic_resnet8_int8"
AD = "ad_autoencoder_int8"
IC02 = "ic02_resnet_large_int8"


@dataclass(frozen=True)
class Reference:
    engine: str
    instructions: int
    code_bytes: int | None = None
    flash_bytes: int | None = None
    arena_bytes: int | None = None


_CMSIS, _PLAIN = "TFLM + CMSIS-NN", "TFLM reference kernels"
FIGURES: dict[tuple[str, str], tuple[Reference, ...]] = {
    (KWS, "cortex-m4"): (Reference(_CMSIS, 7_697_292, 53_193, 108_492, 22_820),),
    (IC, "cortex-m4"): (Reference(_CMSIS, 29_863_564, 50_991, 150_856, 54_996),),
    (AD, "cortex-m4"): (Reference(_CMSIS, 582_900, 27_223, 304_484, 2_580),),
    (KWS, "cortex-m4-portable"): (Reference(_PLAIN, 43_040_808, 41_105, 96_420, 22_772),),
    (IC, "cortex-m4-portable"): (Reference(_PLAIN, 107_402_628, 45_519, 145_392, 54_340),),
    (AD, "cortex-m4-portable"): (Reference(_PLAIN, 1_952_328, 19_427, 296_676, 2_260),),
    (KWS, "cortex-m0"): (Reference(_CMSIS, 28_991_360),),
    (IC, "cortex-m0"): (Reference(_CMSIS, 97_554_800),),
    (AD, "cortex-m0"): (Reference(_CMSIS, 1_762_600),),
    (KWS, "cortex-m7"): (Reference(_CMSIS, 7_642_000),),
    (IC, "cortex-m7"): (Reference(_CMSIS, 30_025_440),),
    (AD, "cortex-m7"): (Reference(_CMSIS, 583_160),),
    (KWS, "cortex-m55"): (Reference(_CMSIS, 1_811_969),),
    (IC, "cortex-m55"): (Reference(_CMSIS, 4_910_969),),
    (AD, "cortex-m55"): (Reference(_CMSIS, 149_938),),
    (KWS, "rv32imc"): (Reference(_PLAIN, 44_311_893),),
    (IC, "rv32imc"): (Reference(_PLAIN, 125_521_720),),
    (AD, "rv32imc"): (Reference(_PLAIN, 2_480_533),),
    (IC02, "rv32imc"): (Reference(_PLAIN, 648_704_680),),
    (KWS, "xtensa-lx106"): (Reference(_PLAIN, 104_487_333),),
    (IC, "xtensa-lx106"): (Reference(_PLAIN, 275_905_133),),
    (AD, "xtensa-lx106"): (Reference(_PLAIN, 3_659_387),),
    (IC02, "xtensa-lx106"): (Reference(_PLAIN, 1_191_403_240),),
}
