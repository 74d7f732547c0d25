"""What lies around a model, as C: compiled with every warning, and computed beside Python."""

import subprocess

import numpy as np
import pytest

from tinykd.data.features.frontend import ImageFrontend, SensorFrontend, TableFrontend
from tinykd.firmware_project import ModelSources
from tinykd.firmware_project.features import feature_files

pytestmark = pytest.mark.slow

MODEL_H = """
#include <stdint.h>
#define M_INPUT_SCALE 0.05f
#define M_INPUT_ZERO_POINT (-3)
#define M_INPUT_ELEMENTS 4u
static inline int8_t m_quantize(float real) {
    const float q = real / 0.05f;
    return (int8_t)((q < 0.0f ? (int32_t)(q - 0.5f) : (int32_t)(q + 0.5f)) - 3);
}
static inline float m_dequantize(int8_t q) { return 0.1f * (float)(q - 7); }
"""
M = ModelSources("m", {}, (), 0, 0, "00" * 32)
STRICT = (
    "-std=c99 -O1 -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wdouble-promotion "
    "-Wstrict-prototypes -Wvla"
)


def run(folder, frontend, features, body):
    """What ``body`` prints, as numbers."""
    for path, text in feature_files(M, frontend, features).items():
        (folder / path.rpartition("/")[2]).write_text(text)
    (folder / "m.h").write_text(MODEL_H)
    main = f'#include <stdio.h>\n#include "m_features.h"\nint main(void) {{\n{body}\nreturn 0;\n}}\n'
    (folder / "main.c").write_text(main)
    command = ["gcc", *STRICT.split(), "-I.", "main.c", "-o", "main", "-lm"]
    subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL)
    done = subprocess.run(["./main"], cwd=folder, check=True, capture_output=True, text=True)
    return [float(word) for word in done.stdout.split()]


def test_a_sensors_values_and_a_regressions(tmp_path):
    front = SensorFrontend((0.5, -2.0), (2.0, 0.25))
    targets = {"names": ['a */ "b"', "?\\\n"], "mean": [10.0, 0.0], "deviation": [3.0, 0.5]}
    body = """
    printf("%d %d ", m_from_measured(1.5f, 0), m_from_measured(-1.9f, 1));
    printf("%.9g %.9g", (double)m_value(17, 0), (double)m_value(17, 1));"""
    found = run(tmp_path, front, {"targets": targets}, body)
    assert found == [10 - 3, 8 - 3, 13.0, 0.5]


def test_a_tables_columns_and_an_images_black(tmp_path):
    table = TableFrontend((0.5, -2.0), (2.0, 0.25), ('a */ "b"', "?\\\n"))
    body = 'printf("%d %d %u", m_from_measured(1.5f, 0), m_from_measured(-1.9f, 1), M_COLUMNS);'
    assert run(tmp_path, table, {}, body) == [10 - 3, 8 - 3, 2]
    assert run(tmp_path, ImageFrontend(2.0, -1.0), {}, 'printf("%d", m_from_pixel(0.0f));') == [10 - 3]


def test_an_anomalys_error_is_pythons(tmp_path):
    given, answer = np.array([-3, 17, 37, 57]), np.array([7, 20, 27, 30])
    wanted = np.mean((0.1 * (answer - 7.0) - 0.05 * (given + 3.0)) ** 2)
    body = f"""
    const int8_t given[4] = {{ {", ".join(map(str, given))} }};
    const int8_t answer[4] = {{ {", ".join(map(str, answer))} }};
    printf("%.9g %.9g %d", (double)m_error(given, answer), (double)M_THRESHOLD, m_from_pixel(51.0f));"""
    found = run(tmp_path, ImageFrontend(255.0), {"threshold": 0.125}, body)
    assert found == [pytest.approx(wanted, rel=1e-6), 0.125, 4 - 3]


def test_rate_and_names_of_a_sensors_channels(tmp_path):
    """What an own app.cpp can be held against; a name out of a CSV file ends no comment."""
    front = SensorFrontend((0.0, 0.0), (1.0, 1.0), 62.5, ("ax */ int", "a\\\ny"))
    assert run(tmp_path, front, {}, 'printf("%.9g %u", (double)M_RATE_HZ, M_CHANNELS);') == [62.5, 2]
    unknown = feature_files(M, SensorFrontend((0.0,), (1.0,)), {})["include/m_features.h"]
    assert "M_RATE_HZ" not in unknown
