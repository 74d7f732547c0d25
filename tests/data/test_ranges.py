"""What the numbers of images and sounds are taken for, in every source; what is said where none can tell."""

import numpy as np
import pytest
from PIL import Image
from scipy.io import wavfile

from tinykd.data.features.log_mel import LogMel
from tinykd.data.kinds import Kinds
from tinykd.data.load import load_dataset
from tinykd.data.sources.folder.sounds import read_sound
from tinykd.errors import DataError
from tinykd.project.samples import AudioSection, DataSection, ImageSection, SensorSection

RNG = np.random.default_rng(3)
BYTES = RNG.integers(0, 256, (40, 5, 4, 3)).astype(np.uint8)
Y = np.arange(40) % 4
UNIT = BYTES / np.float32(255)
IMAGE = ImageSection()


def load(root, image=IMAGE, kind=None, unlabelled=None, **arrays):
    np.savez(root / "s.npz", **({"y": Y} if "y_train" not in arrays else {}), **arrays)
    section = DataSection(source="s.npz", kind=kind, unlabelled=unlabelled)
    kinds = Kinds(image, AudioSection(features="log_mel", rate=8000, seconds=0.2), SensorSection())
    return load_dataset(section, root, 1, kinds=kinds)


def error(*arguments, **arrays):
    with pytest.raises(DataError) as caught:
        load(*arguments, **arrays)
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(f"{arguments[0]}/", "")


def samples(data):
    """All of them, in an order that every split by class of ``Y`` has."""
    return np.concatenate([split.x for split in data.splits.values()])


@pytest.fixture
def wanted(tmp_path):
    return samples(load(tmp_path, x=BYTES))


@pytest.mark.parametrize(
    "type", [np.float32, np.float64, np.float16, np.uint16, np.int16, np.int32, np.int64]
)
def test_float_images_in_0_to_255_are_images_in_0_to_1(tmp_path, wanted, type):
    data = load(tmp_path, x=BYTES.astype(type))
    assert np.allclose(samples(data), wanted, atol=1e-6) and wanted.max() == 1.0
    assert data.notes == ("values from 0 to 255 are brought to [0, 1] ([image] range says otherwise)",)
    assert data.frontend.to_json() == {"kind": "image", "divisor": 255.0, "black": 0.0}


@pytest.mark.parametrize(
    ("x", "frontend"),
    [
        (UNIT, (1.0, 0.0)),
        (UNIT.astype(np.float64), (1.0, 0.0)),
        (UNIT * 2 - 1, (2.0, -1.0)),
        (BYTES.astype(np.uint16) * 257, (65535.0, 0.0)),
        (UNIT * 65535, (65535.0, 0.0)),
        (BYTES.astype(np.uint8), (255.0, 0.0)),
    ],
)
def test_what_images_hold(tmp_path, wanted, x, frontend):
    data = load(tmp_path, x=x)
    assert np.allclose(samples(data), wanted, atol=1e-6)
    assert (data.frontend.divisor, data.frontend.black) == frontend
    assert data.notes == () or "([image] range says otherwise)" in data.notes[0]


def test_masks_are_black_and_white_whatever_their_type(tmp_path):
    mask = BYTES > 127
    for x in (mask, mask.astype(np.uint8), mask.astype(np.int64), mask.astype(np.float32)):
        assert set(np.unique(samples(load(tmp_path, x=x)))) == {0.0, 1.0}


def test_resampled_images_overshoot_a_little(tmp_path):
    data = load(tmp_path, x=UNIT * np.float32(1.06) - np.float32(0.03))
    assert data.notes == () and data.frontend.divisor == 1.0
    assert load(tmp_path, x=(UNIT * 1.06 - 0.03) * 255).frontend.divisor == 255.0


def test_a_dark_part_is_in_the_range_of_the_others(tmp_path):
    dark = BYTES[:12].astype(np.float32) / 8
    arrays = {"x_train": BYTES.astype(np.float32), "x_test": dark, "y_train": Y, "y_test": Y[:12]}
    assert np.allclose(load(tmp_path, **arrays).test.x, dark / 255)


def test_standardised_images_stay_as_they_are(tmp_path):
    x = ((UNIT - UNIT.mean()) / UNIT.std()).astype(np.float32)
    data = load(tmp_path, x=x)
    assert np.array_equal(np.sort(samples(data).ravel()), np.sort(x.ravel()))
    assert len(data.notes) == 1 and "are taken as they are ([image] range says otherwise)" in data.notes[0]


@pytest.mark.parametrize(
    ("x", "low", "high"),
    [
        (BYTES // 16, "0", "15"),  # sixteen greys, as scikit-learn's digits have them
        (BYTES.astype(np.float32) * -0.3, "-76.5", "0"),  # a spectrogram in decibels
        (BYTES.astype(np.uint16) * 16, "0", "4080"),  # a camera of twelve bits
        (np.where(BYTES == 255, 1e4, UNIT), "0", "1e+04"),
    ],
)
def test_what_cannot_be_told_names_the_key(tmp_path, x, low, high):
    x = x.astype(np.float32) if x.dtype == np.uint8 else x
    assert error(tmp_path, x=x) == (
        f"s.npz: x: values from {low} to {high}; expected images in [0, 1], [-1, 1] or [0, 255]. "
        f'Say [image] range = [{low}, {high}], what becomes 0 and 1, or [data] kind = "sensor" or "table" if '
        "they are no images"
    )
    said = load(tmp_path, image=ImageSection(range=(float(low), float(high))), x=x)
    assert samples(said).min() == 0.0 and samples(said).max() == 1.0
    assert load(tmp_path, kind="sensor", x=x[..., 0]).input_shape == (5, 1, 4)


@pytest.mark.parametrize("white", [1, 15, 60])
def test_few_greys_in_files_are_told(tmp_path, white):
    for name in ("no", "yes"):
        (tmp_path / "d" / name).mkdir(parents=True)
        for i in range(8):
            pixels = RNG.integers(0, white + 1, (6, 6)).astype(np.uint8)
            pixels[0, 0] = white
            Image.fromarray(pixels).save(tmp_path / "d" / name / f"{i}.png")

    def read(**keys):
        kinds = Kinds(ImageSection(**keys), AudioSection(), SensorSection())
        return load_dataset(DataSection(source="d"), tmp_path, 1, kinds=kinds)

    told = f"no byte is above {white}, and 255 becomes 1 (say [image] range = [0, {white}] if that is white)"
    assert told in read().notes
    assert told not in read(range=(0.0, white)).notes and samples(read(range=(0.0, white))).max() == 1.0


def test_few_greys_of_a_byte_are_told(tmp_path):
    assert load(tmp_path, x=BYTES // 16).notes == (
        "no byte is above 15, and 255 becomes 1 (say [image] range = [0, 15] if that is white)",
    )
    said = load(tmp_path, image=ImageSection(range=(0.0, 15.0)), x=BYTES // 16)
    assert samples(said).max() == 1.0 and said.notes == () and said.frontend.divisor == 15.0


PARTS = {"x_train": UNIT, "x_validation": UNIT[:16], "x_test": UNIT[:20]}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("change", [lambda x: x * 255, lambda x: x * 2 - 1, lambda x: (x - 0.5) * 4])
def test_one_split_in_another_range_is_refused(tmp_path, part, change):
    arrays = PARTS | {part: change(PARTS[part])}
    text = error(tmp_path, **arrays, **{name.replace("x", "y", 1): Y[: len(x)] for name, x in PARTS.items()})
    assert text.startswith("s.npz: x_train from ") and f"{part} from " in text
    assert text.endswith("; expected one range in all parts. Scale them alike before saving")


@pytest.mark.parametrize("change", [lambda x: x, lambda x: x * 2 - 1])
def test_samples_without_labels_in_another_range_are_refused(tmp_path, change):
    x = BYTES.astype(np.float32)
    assert "x_unlabelled from " in error(tmp_path, x=x, x_unlabelled=change(UNIT[:7]))
    np.savez(tmp_path / "more.npz", x=change(UNIT[:7]))
    assert "x_unlabelled from " in error(tmp_path, x=x, unlabelled="more.npz")
    np.savez(tmp_path / "more.npz", x=BYTES[:7])
    assert np.allclose(load(tmp_path, x=UNIT, unlabelled="more.npz").unlabelled, UNIT[:7])


def test_scaled_integers_are_as_their_scale_says(tmp_path):
    x = (BYTES.astype(np.int16) - 100) * 30
    data = load(tmp_path, x=x, scale=np.array([0.001]))
    assert np.isclose(samples(data).max(), 155 * 0.03)
    assert data.notes == (
        "values from -3 to 4.65, times the array scale, are taken as they are "
        "(images are learnt in [0, 1]: without scale, [image] range brings them there)",
    )
    assert load(tmp_path, x=BYTES, scale=np.array([1 / 255])).notes == ()
    assert "values from 0 to 255, times" in load(tmp_path, x=BYTES, scale=np.array([1.0])).notes[0]


def test_bytes_and_floats_of_their_own_range_go_together(tmp_path):
    arrays = {"x_train": BYTES, "x_test": UNIT[:12], "y_train": Y, "y_test": Y[:12]}
    data = load(tmp_path, **arrays)
    assert np.allclose(data.test.x, UNIT[:12]) and data.train.x.max() == 1.0


# --- functions ----------------------------------------------------------------------------------------------

STREAM = """
import numpy as np
from tinykd.data.splits.split import split_dataset
class Stream:
    class Spec:
        shape = type("Shape", (), {"rank": 0})()
    element_spec = (None, Spec())
    def __init__(self, x):
        self.x = x
    def as_numpy_iterator(self):
        return iter([(sample, i % 4) for i, sample in enumerate(self.x)])
x = np.load("x.npy")
"""


def function(root, monkeypatch, body):
    monkeypatch.chdir(root)
    np.save(root / "x.npy", BYTES.astype(np.float32))
    (root / "mydata.py").write_text(f"{STREAM}\ndef load():\n    return {body}\n")
    return load_dataset(DataSection(source="mydata:load"), root, 1)


@pytest.mark.parametrize("body", ["(x, np.arange(40) % 4)", "{'x': x, 'y': np.arange(40) % 4}", "Stream(x)"])
def test_functions_and_streams_too(tmp_path, wanted, monkeypatch, body):
    data = function(tmp_path, monkeypatch, body)
    assert np.allclose(samples(data), wanted, atol=1e-6)
    assert data.notes == ("values from 0 to 255 are brought to [0, 1] ([image] range says otherwise)",)


def test_a_stream_for_each_part_too(tmp_path, monkeypatch):
    with pytest.raises(DataError, match="x_train from 0 to 255, x_test from 0 to 1; expected one range"):
        function(tmp_path, monkeypatch, "{'train': Stream(x), 'test': Stream(x / 255)}")


SPLIT = "split_dataset('own', {}, np.arange(40) % 4, tuple('abcd'))"


def test_a_dataset_that_is_not_normalised_is_refused(tmp_path, monkeypatch):
    with pytest.raises(DataError) as caught:
        function(tmp_path, monkeypatch, SPLIT.format("x"))
    assert str(caught.value) == (
        "mydata:load: train: values from 0 to 255; expected samples normalised already: images in [0, 1], "
        "all others with mean 0 and deviation 1. Divide them, or give a dictionary of arrays, which is "
        "normalised"
    )
    assert len(function(tmp_path, monkeypatch, SPLIT.format("x / 255")).train) == 24


# --- sound and sensors --------------------------------------------------------------------------------------

WAVE = (RNG.standard_normal((40, 1600)) * 0.2).clip(-1, 1)
SHORT = np.round(WAVE * 32767).astype(np.int16)


@pytest.mark.parametrize(
    "x",
    [
        WAVE,
        SHORT.astype(np.float32),
        SHORT.astype(np.int32),
        SHORT.astype(np.int64),
        SHORT.astype(np.int32) << 16,
        (WAVE * 127 + 128).astype(np.uint8),
    ],
)
def test_sound_is_brought_to_full_scale(tmp_path, x):
    wanted = samples(load(tmp_path, kind="audio", x=SHORT))
    found = load(tmp_path, kind="audio", x=x)
    assert np.abs(samples(found) - wanted).mean() < 0.1
    assert abs(found.frontend.mean - load(tmp_path, kind="audio", x=SHORT).frontend.mean) < 0.1


def test_a_wav_file_of_floats_in_the_range_of_16_bits(tmp_path):
    how = LogMel.of(AudioSection(rate=8000, seconds=0.2))
    wavfile.write(tmp_path / "short.wav", 8000, SHORT[0])
    wanted = read_sound(tmp_path / "short.wav", how)
    for values in (SHORT[0].astype(np.float32), SHORT[0].astype(np.float32) / 32768):
        wavfile.write(tmp_path / "float.wav", 8000, values)
        assert np.allclose(read_sound(tmp_path / "float.wav", how), wanted, atol=1e-6)


def test_quiet_sound_of_16_bits_is_told_by_its_type(tmp_path):
    quiet = load(tmp_path, kind="audio", x=(SHORT // 300).astype(np.int16))
    assert quiet.frontend.mean < load(tmp_path, kind="audio", x=SHORT).frontend.mean - 5


@pytest.mark.parametrize(
    ("scale", "type", "top"), [(511, np.int16, 1022), (2047, np.float32, 4094), (2047, np.int64, 4094)]
)
def test_what_an_analogue_input_counts_is_not_yet_sound(tmp_path, scale, type, top):
    x = np.rint((WAVE / np.abs(WAVE).max() + 1) * scale).astype(type)
    x[0, :2] = 0, top
    assert error(tmp_path, kind="audio", x=x) == (
        f"s.npz: x: values from 0 to {top}, none below 0; expected sound around 0. "
        "Subtract the middle, silence"
    )
    assert load(tmp_path, kind="audio", x=(x.astype(np.float32) - scale) / scale)


def test_sound_of_an_unknown_scale(tmp_path):
    assert error(tmp_path, kind="audio", x=WAVE * 40).endswith(
        "; expected sound in [-1, 1], or of 16 or 32 bits. Give an array scale: what they are multiplied by"
    )
    assert load(tmp_path, kind="audio", x=WAVE * 40, scale=np.array([1 / 40]))


def test_a_device_measures_what_the_source_holds(tmp_path):
    """Bytes of a sensor used to be divided by 255 first, which no device did."""
    x = RNG.integers(100, 200, (40, 12, 2))
    for each in (x.astype(np.uint8), x.astype(np.int16), x.astype(np.float32)):
        front = load(tmp_path, kind="sensor", x=each).frontend
        assert np.allclose(front.mean, x.mean(axis=(0, 1)), atol=5) and min(front.deviation) > 20


def test_a_split_in_another_unit_is_told(tmp_path):
    x = RNG.standard_normal((40, 12, 2))
    arrays = {"x_train": x, "x_test": x * np.array([1, 9.81]), "y_train": Y, "y_test": Y}
    [note] = [each for each in load(tmp_path, kind="sensor", **arrays).notes if "unit" in each]
    assert note.startswith("channel 1 has mean ") and note.endswith(" in test: is that in another unit?")
    assert not load(tmp_path, kind="sensor", x=x).notes


def test_a_mark_that_a_split_lacks_is_no_other_unit(tmp_path):
    x = np.column_stack([RNG.standard_normal(200), np.zeros((200, 2))])
    x[3, 1] = 1  # in training alone
    arrays = {
        "x_train": x[:140],
        "x_test": x[140:],
        "y_train": np.arange(140) % 4,
        "y_test": np.arange(60) % 4,
    }
    arrays["x_test"][::2, 2] = 1  # never in training
    notes = load(tmp_path, kind="table", **arrays).notes
    assert not any("unit" in note for note in notes)
    arrays["x_test"][:, 0] *= 1000
    assert any(
        note.startswith("channel 0 has mean ") for note in load(tmp_path, kind="table", **arrays).notes
    )
