"""Folders: layouts that are understood, and the one line that each fault gives."""

import numpy as np
import pytest
from PIL import Image
from scipy.io import wavfile

from tinykd.data.kinds import Kinds
from tinykd.data.load import load_dataset
from tinykd.data.sources.folder import files, images
from tinykd.errors import DataError
from tinykd.project.samples import AudioSection, DataSection, ImageSection, SensorSection

RNG = np.random.default_rng(0)
SOUND = AudioSection(features="log_mel", rate=1000, seconds=0.2, n_mels=8, f_min=0.0)


def kinds(image=None, audio=None):
    return Kinds(image or ImageSection(grayscale=True), audio or SOUND, SensorSection())


def image(path, size=(6, 4), mode="L"):
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = size[::-1] if mode == "L" else (*size[::-1], 3)
    Image.fromarray(RNG.integers(0, 256, shape, dtype=np.uint8)).save(path)


def sound(path, rate=1000, samples=200, dtype=np.int16):
    path.parent.mkdir(parents=True, exist_ok=True)
    wave = RNG.uniform(-1, 1, samples)
    scaled = {
        np.int16: 32767 * wave,
        np.int32: (2**31 - 1) * wave,
        np.uint8: 127 * wave + 128,
        np.float32: wave,
    }
    wavfile.write(path, rate, scaled[dtype].astype(dtype))


def load(root, given=None, **section):
    return load_dataset(DataSection(source="d", **section), root, 1, kinds=given or kinds())


def error(root, given=None, **section):
    with pytest.raises(DataError) as caught:
        load(root, given, **section)
    text = str(caught.value)
    assert "\n" not in text
    return text.replace(f"{root}/", "")


def two_classes(root, make=image, suffix="png", count=5):
    for name in ("no", "yes"):
        for i in range(count):
            make(root / "d" / name / f"{i}.{suffix}")


# --- layouts ------------------------------------------------------------------------------------------------


def test_a_folder_for_each_class(tmp_path):
    two_classes(tmp_path)
    data = load(tmp_path)
    assert data.classes == ("no", "yes") and data.input_shape == (4, 6, 1)
    assert [np.bincount(s.y).tolist() for s in data.splits.values()] == [[3, 3], [1, 1], [1, 1]]
    assert data.frontend.to_json() == {"kind": "image", "divisor": 255.0, "black": 0.0}
    assert 0 <= data.train.x.min() < data.train.x.max() <= 1


def test_what_is_read_is_what_was_saved(tmp_path):
    """Every pixel, at its place."""
    two_classes(tmp_path)
    saved = {np.asarray(Image.open(p)).tobytes() for p in (tmp_path / "d").rglob("*.png")}
    data = load(tmp_path)
    found = {np.rint(x * 255).astype(np.uint8).tobytes() for s in data.splits.values() for x in s.x}
    assert found == saved


def test_colour_and_size(tmp_path):
    two_classes(tmp_path, lambda path: image(path, (6, 4), "RGB"))
    assert load(tmp_path, kinds(ImageSection())).input_shape == (4, 6, 3)
    assert load(tmp_path, kinds(ImageSection(size=(8, 9)))).input_shape == (8, 9, 3)
    assert load(tmp_path, kinds(ImageSection(grayscale=True))).input_shape == (4, 6, 1)


def test_grey_files_give_one_channel_and_a_single_one_in_colour_three(tmp_path):
    two_classes(tmp_path)
    assert load(tmp_path, kinds(ImageSection())).input_shape == (4, 6, 1)
    assert load(tmp_path, kinds(ImageSection(grayscale=False))).input_shape == (4, 6, 3)
    image(tmp_path / "d/yes/0.png", mode="RGB")
    assert load(tmp_path, kinds(ImageSection())).input_shape == (4, 6, 3)


def test_more_than_eight_bits(tmp_path):
    two_classes(tmp_path)
    Image.fromarray(RNG.integers(0, 65536, (4, 6), dtype=np.uint16)).save(tmp_path / "d/yes/0.png")
    for section in (ImageSection(), ImageSection(grayscale=True)):
        assert error(tmp_path, kinds(section)) == (
            "d/yes/0.png: has more than 8 bits a channel; expected 8 bits a channel. "
            "Convert it, or give the values in an .npz, as integers with their scale"
        )


def test_only_the_named_classes_in_their_order(tmp_path):
    two_classes(tmp_path)
    for i in range(5):
        image(tmp_path / "d/left" / f"{i}.png")
    assert load(tmp_path, classes=("yes", "left")).classes == ("yes", "left")


def test_train_and_test_folders_are_a_given_split(tmp_path):
    for part, count in (("train", 10), ("test", 3)):
        for name in ("a", "b"):
            for i in range(count):
                image(tmp_path / "d" / part / name / f"{i}.png")
    data = load(tmp_path)
    assert [len(split) for split in data.splits.values()] == [16, 4, 6]


def test_spoken_digits_keep_their_published_split(tmp_path):
    for digit in range(2):
        for speaker in ("ann", "bob"):
            for take in range(10):
                sound(tmp_path / "d" / f"{digit}_{speaker}_{take}.wav")
    data = load(tmp_path)
    assert data.classes == ("0", "1") and len(data.test) == 2 * 2 * 5
    assert data.notes == (
        "2 of 2 groups of the test split are learnt from too: how the model does on new ones is not measured "
        '(split = "group" does)',
    )


def test_a_speaker_is_on_one_side(tmp_path):
    for digit in range(2):
        for speaker in ("ann", "bob", "eve"):
            for take in range(6):
                sound(tmp_path / "d" / f"{digit}_{speaker}_{take}.wav")
    data = load(tmp_path, split="group", test_groups=("bob",), validation_groups=("eve",))
    assert [len(split) for split in data.splits.values()] == [12, 12, 12] and data.notes == ()
    wrong = error(tmp_path, split="group", test_groups=("rob",))
    assert wrong == "[data] test_groups: no group rob; expected of ann, bob, eve"
    wrong = error(tmp_path, split="group", test_groups=("bob",), validation_groups=("bob",))
    assert wrong == "[data] validation_groups: group bob is in test_groups too; expected it in one"


def test_speech_commands(tmp_path):
    names = [f"{word}/{i:x}a_nohash_{j}.wav" for word in ("no", "yes") for i in range(6) for j in range(2)]
    for name in names:
        sound(tmp_path / "d" / name)
    sound(tmp_path / "d/_background_noise_/hum.wav")
    (tmp_path / "d/testing_list.txt").write_text("\n".join(n for n in names if "/0a" in n))
    (tmp_path / "d/validation_list.txt").write_text("\n".join(n for n in names if "/1a" in n))
    data = load(tmp_path)
    assert data.classes == ("no", "yes")
    assert [len(split) for split in data.splits.values()] == [16, 4, 4]


def test_groups_from_file_names(tmp_path):
    two_classes(tmp_path, count=0)
    for name in ("no", "yes"):
        for speaker in "abcde":
            for i in range(2):
                image(tmp_path / "d" / name / f"{speaker}_{i}.png")
    data = load(tmp_path, group_pattern="([a-z])_[0-9]")
    assert [len(split) for split in data.splits.values()] == [12, 4, 4] and data.notes == ()
    wrong = error(tmp_path, group_pattern="([0-9]+)-")
    assert wrong == (
        "d/no/a_0.png: [data] group_pattern ([0-9]+)- does not find its group; "
        "expected a group for every file"
    )
    assert error(tmp_path, group_pattern="((").startswith("[data] group_pattern: missing ), ")


def test_unlabelled_images(tmp_path):
    two_classes(tmp_path)
    image(tmp_path / "more/x.png")
    assert load(tmp_path, unlabelled="more").unlabelled.shape == (1, 4, 6, 1)
    wrong = error(tmp_path, unlabelled="less")
    assert wrong == "[data] unlabelled = less: no such file or folder; expected one that is there"


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.uint8, np.float32])
def test_kinds_of_wav(tmp_path, dtype):
    two_classes(tmp_path, lambda path: sound(path, dtype=dtype), "wav")
    data = load(tmp_path)
    assert data.input_shape == (9, 8, 1)
    assert abs(float(data.train.x.mean())) < 1e-5 and float(data.train.x.std()) == pytest.approx(1, abs=1e-5)


def test_rate_and_length_are_brought_to_one(tmp_path):
    lengths = iter((3000, 200, 410, 77, 1000) * 2)
    two_classes(tmp_path, lambda path: sound(path, 2000, next(lengths)), "wav")
    assert load(tmp_path, kinds(audio=SOUND.model_copy(update={"layout": "time"}))).input_shape == (9, 1, 8)


# --- faults -------------------------------------------------------------------------------------------------


def test_links_that_lead_out_are_refused(tmp_path):
    two_classes(tmp_path)
    image(tmp_path / "secret/x.png")
    link = tmp_path / "d/yes/link.png"
    link.symlink_to(tmp_path / "secret/x.png")
    told = "is a link that leads out of the folder; expected plain files and folders. Copy it"
    assert error(tmp_path) == f"d/yes/link.png: {told}"
    link.unlink()
    (tmp_path / "d/more").symlink_to(tmp_path / "secret")
    assert error(tmp_path) == f"d/more: {told}"


def test_a_bomb_of_an_image(tmp_path, monkeypatch):
    two_classes(tmp_path)
    monkeypatch.setattr(images, "MAX_PIXELS", 20)
    assert error(tmp_path) == "d/no/0.png: claims 6 x 4 pixels; expected at most 20"


def test_a_header_that_claims_much(tmp_path):
    two_classes(tmp_path)
    header = b"P5 100000 100000 255\n" + b"0" * 100
    (tmp_path / "d/no/0.pgm").write_bytes(header)
    found = error(tmp_path)
    assert found.startswith("d/no/0.pgm: ") and (
        "claims 100000 x 100000" in found or "cannot be read" in found
    )


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"hello"])
def test_no_image(tmp_path, content):
    two_classes(tmp_path)
    (tmp_path / "d/no/0.png").write_bytes(content)
    found = error(tmp_path)
    assert found.startswith("d/no/0.png: cannot be read (")
    assert found.endswith("expected a PNG, JPEG, BMP, GIF, WebP or PPM image")


def test_images_of_two_sizes(tmp_path):
    two_classes(tmp_path)
    image(tmp_path / "d/yes/9.png", (7, 4))
    assert error(tmp_path) == (
        "d/yes/9.png: 4 x 7 x 1; expected 4 x 6 x 1 as in 0.png. Say [image] size = [4, 6]"
    )


@pytest.mark.parametrize("cut", [60, 30, 10])
def test_a_cut_sound(tmp_path, cut):
    two_classes(tmp_path, sound, "wav")
    path = tmp_path / "d/no/0.wav"
    path.write_bytes(path.read_bytes()[:cut])
    found = error(tmp_path)
    assert found.startswith("d/no/0.wav: cannot be read (")
    assert found.endswith("expected a whole WAV file of PCM or float samples")


def test_sounds_that_are_none(tmp_path):
    two_classes(tmp_path, sound, "wav")
    wavfile.write(tmp_path / "d/no/0.wav", 1000, np.full(200, np.nan, np.float32))
    assert error(tmp_path) == "d/no/0.wav: NaN or infinite samples; expected finite numbers"
    wavfile.write(tmp_path / "d/no/0.wav", 1000, np.zeros(0, np.int16))
    assert "d/no/0.wav: " in error(tmp_path)


def test_folders_that_hold_nothing_of_use(tmp_path):
    (tmp_path / "d").mkdir()
    wanted = "expected a folder for each class, with files"
    assert error(tmp_path) == f"d: no image, .wav or .csv in it; {wanted}"
    image(tmp_path / "d/x.png")
    assert error(tmp_path) == "d/x.png: is in no class; expected a folder for each class, such as yes/x.png"
    sound(tmp_path / "d/a/x.wav")
    assert error(tmp_path) == "d: files of several kinds (.png, .wav); expected images, sounds or CSV files"


def test_a_missing_source_says_where_to_get_it(tmp_path):
    assert (
        error(tmp_path, download_hint="Download it")
        == "d: no such folder or file; expected the data. Download it"
    )


def test_more_files_than_are_meant(tmp_path, monkeypatch):
    two_classes(tmp_path)
    monkeypatch.setattr(files, "MAX_FILES", 3)
    assert error(tmp_path) == "d: more than 3 files; expected fewer"


def test_class_names_are_only_names(tmp_path):
    """Whatever a folder may be called."""
    odd = ['a"b\\n', "*_/ ??/", "é\u202e", "..x"]
    for name in odd:
        for i in range(5):
            image(tmp_path / "d" / name.replace("/", "\u2215") / f"{i}.png")
    assert len(load(tmp_path).classes) == 3  # hidden folders are left out
