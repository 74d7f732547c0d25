"""Data at URLs: the samples of the file that they are of, copied once, into the copy's folder alone."""

import functools
import os
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import fsspec.core
import numpy as np
import pytest

from tests.data.shards import PIXELS, folder, png, tar, webdataset
from tinykd.data.load import load_dataset
from tinykd.data.sources import remote
from tinykd.data.sources.remote import VARIABLE, brought, is_url, local_path, present
from tinykd.errors import DataError, ToolError
from tinykd.progress import Silent
from tinykd.project.samples import DataSection

IMAGES = [png(each) for each in PIXELS]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of this test's own."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def memory():
    """An empty file system in memory."""
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.pseudo_dirs[:] = [""]
    return files


@pytest.fixture
def served(tmp_path):
    """A folder, and the URL that a server of this process gives it at."""
    place = tmp_path / "served"
    place.mkdir()
    asked = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, _format, *arguments):
            asked.append(str(arguments[0]))

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(place)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield place, f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


class Notes(Silent):
    """Remembers what was said."""

    def __init__(self):
        self.said = []

    def note(self, text):
        self.said.append(text)


def load(root, source):
    return load_dataset(DataSection(source=source, split="class"), root, 1)


def test_what_a_url_is():
    assert is_url("s3://bucket/a.tar") and is_url("HTTPS://host/a.npz") and is_url("memory://a")
    assert not any(map(is_url, ("digits", "mydata:load", "C:/data", "data//a", "./a://b")))


def test_a_file_at_each_kind_of_url(tmp_path, memory, served):
    place, url, _ = served
    x, y = PIXELS, np.arange(len(PIXELS)) % 3
    np.savez(place / "s.npz", x=x, y=y)
    memory.pipe("/d/s.npz", (place / "s.npz").read_bytes())
    wanted = load(place, "s.npz")
    for source in (f"{url}/s.npz", "memory://d/s.npz", f"file://{place}/s.npz"):
        found = load(tmp_path, source)
        np.testing.assert_array_equal(found.train.x[:], wanted.train.x[:], strict=True)
        assert local_path(tmp_path, source).name == "s.npz"


def test_folders_and_ranges_of_shards(tmp_path, memory, served):
    place, url, _ = served
    folder(place / "f", IMAGES, ".png")
    for path in (place / "f").rglob("*.png"):
        memory.pipe(f"/words/{path.relative_to(place / 'f').as_posix()}", path.read_bytes())
    wanted = load(place, "f")
    found = load(tmp_path, "memory://words")
    np.testing.assert_array_equal(found.test.x[:], wanted.test.x[:], strict=True)
    for number in range(3):
        own = slice(12 * number, 12 * number + 12)
        tar(place / f"s-{number:03}.tar", webdataset(IMAGES[own], ".png", 12 * number))
    source = url + "/s-{000..002}.tar"
    assert sum(map(len, load(tmp_path, source).splits.values())) == len(IMAGES)
    assert sorted(each.name for each in local_path(tmp_path, source).iterdir()) == [
        "s-000.tar", "s-001.tar", "s-002.tar",
    ]  # fmt: skip


def test_a_range_keeps_its_folders_and_leaves_out_what_is_asked(tmp_path, served):
    place, url, _ = served

    def names(source):
        folder = brought(f"{url}/{source}")
        return sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*.tar"))

    for number in range(2):
        tar(place / f"p{number}/train.tar", webdataset(IMAGES[:3], ".png"))
    assert names("p{0..1}/train.tar") == ["p0/train.tar", "p1/train.tar"]
    assert names("p{0..1}/train.tar?signature=1") == ["p0/train.tar", "p1/train.tar"]
    assert names("p{1..1}/train.tar") == ["p1/train.tar"]
    for source in ("p{0..1}/s{0..1}.tar", "p0/train.tar?part={0..1}", "p{0..1}/../../train.tar"):
        assert said(f"{url}/{source}").endswith(
            "{0..1} where it stands; expected one range, in the name of a file or folder"
        )


def test_it_is_copied_again_where_it_changed_alone(tmp_path, served):
    place, url, asked = served
    for day, pixels in enumerate((PIXELS, PIXELS[::-1]), start=1):
        np.savez(place / "s.npz", x=pixels, y=np.arange(len(pixels)) % 3)
        os.utime(place / "s.npz", (86_400 * day, 86_400 * day))
        path = brought(f"{url}/s.npz")
        assert path.read_bytes() == (place / "s.npz").read_bytes()
        before = len([line for line in asked if line.startswith("GET")])
        assert brought(f"{url}/s.npz") == path == present(tmp_path, f"{url}/s.npz")
        assert (
            len([line for line in asked if line.startswith("GET")]) - before <= 1
        )  # asked about, not copied
        (place / "s.npz").unlink()
    notes = Notes()
    assert brought(f"{url}/s.npz", notes) == path
    assert notes.said == [f"{url}/s.npz: no such file or folder; the copy from before is taken"]


def test_a_copy_that_was_stopped_is_none(tmp_path, memory, monkeypatch, cache):
    memory.pipe("/s.npz", b"1" * 3_000_000)

    def stop(remote_file):
        yield b"1" * 1000
        raise KeyboardInterrupt

    monkeypatch.setattr(remote, "_blocks", stop)
    with pytest.raises(KeyboardInterrupt):
        brought("memory://s.npz")
    assert [each.suffix for each in cache.iterdir()] == [".lock"]


def missing(_url):
    raise ImportError("Install s3fs")


def said(source, kind=DataError):
    with pytest.raises(kind) as error:
        brought(source)
    return str(error.value)


def test_faults_are_one_line(tmp_path, memory, served, monkeypatch):
    _, url, _ = served
    assert said(f"{url}/no.npz") == f"{url}/no.npz: no such file or folder; expected data that is there"
    assert said("memory://no") == "memory://no: no such file or folder; expected data that is there"
    assert said("http://me:secret@host/a.npz") == (
        "http://host/a.npz: a password in the URL; expected a plain URL. Credentials are read from the "
        "environment"
    )
    assert said("zip://a::memory://b") == (
        "zip://a::memory://b: a chain of file systems; expected a plain URL. Credentials are read from the "
        "environment"
    )
    assert said("http://[::1/a.tar") == (
        "http://[::1/a.tar: is no URL (Invalid IPv6 URL); expected such as https://host/words.tar"
    )
    failed = ValueError("403, url='https://me:secret@host/a.tar?signature=secret'")
    assert remote._said(failed) == "403, url='https://host/a.tar'"
    assert said("memory://s-{5..2}.tar").endswith("{5..2}; expected a range such as {000..031}")
    assert said("nonsense://a").startswith("nonsense://a: cannot be read (Protocol not known: nonsense")
    with monkeypatch.context() as without:
        without.setattr(fsspec.core, "url_to_fs", missing)
        assert said("s3://bucket/a.tar", ToolError) == (
            "s3://bucket/a.tar: Install s3fs; expected what reads s3://. Type `pip install s3fs`."
        )
    memory.pipe("/large", b"1" * 1000)
    monkeypatch.setattr(remote, "MAX_BYTES", 100)
    assert said("memory://large") == "memory://large: 1,000 bytes; expected at most 100"


def test_a_listing_that_leads_out_of_the_folder(memory, cache, monkeypatch):
    memory.pipe("/d/a.png", b"1")
    monkeypatch.setattr(type(memory), "find", lambda *_: ["/d/a.png", "/d/../../out.png"])
    assert said("memory://d") == "memory://d: lists /d/../../out.png; expected names below it"
    assert not cache.exists()


def test_what_gives_more_than_it_said(memory, monkeypatch):
    memory.pipe("/a", b"1" * 1000)
    monkeypatch.setattr(remote, "_blocks", lambda _: iter([b"1" * 2000]))
    assert said("memory://a") == "/a: gives more than 1,000 bytes; expected no more"
    monkeypatch.setattr(remote, "_blocks", lambda _: iter([b"1" * 10]))
    assert said("memory://a") == "/a: gave 10 bytes; expected the 1,000 that it has. Type it again"
