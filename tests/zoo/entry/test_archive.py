import errno
import os
import stat
import zipfile

import pytest

from kerasgen.zoo.entry.archive import belongs, is_archive, pack, unpack
from kerasgen.zoo.entry.manifest import StoredFile
from kerasgen.zoo.sources.cache import from_archive

pytestmark = pytest.mark.host

NAMES = ["config.json", "manifest.json", "weights.h5"]


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


@pytest.fixture
def make(tiny, tmp_path):
    """Makes an archive of the entry below a prefix, with further members."""

    def make(*members, prefix="", compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / "made.zip"
        with zipfile.ZipFile(path, "w", compression) as archive:
            for name in NAMES:
                archive.write(tiny / name, prefix + name)
            for member, data in members:
                archive.writestr(member, data)
        return path

    return make


def left(folder):
    return sorted(path.name for path in folder.iterdir())


def patched(path, offset_local, offset_central, value):
    """Sets a byte of the headers of the first member."""
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x03\x04") + offset_local] = value
    data[data.index(b"PK\x01\x02") + offset_central] = value
    path.write_bytes(data)
    return path


def test_packed_and_unpacked_is_the_same(entry, archive, target):
    (entry / "recipe.py").write_text("recipe")
    (entry / "notes.txt").write_text("mine")
    pack(entry, archive)
    unpack(archive, target)
    assert left(target) == sorted([*NAMES, "recipe.py"])
    for name in left(target):
        assert (target / name).read_bytes() == (entry / name).read_bytes()


def test_equal_entries_are_equal_archives(entry, archive, tmp_path):
    (entry / "config.json").touch()
    pack(entry, tmp_path / "again.zip")
    assert StoredFile.of(tmp_path / "again.zip") == StoredFile.of(archive)


@pytest.mark.parametrize("prefix", ["", "my model/", "./"])
def test_an_entry_in_a_folder_of_the_archive(make, target, prefix):
    unpack(make(prefix=prefix), target)
    assert left(target) == NAMES


def test_an_archive_with_the_backslashes_of_windows(make, target):
    path = make(("my model\\deeper\\card.md", "x"), prefix="my model\\")
    assert is_archive(path)
    unpack(path, target)
    assert left(target) == NAMES


@pytest.mark.parametrize("name", ["a\\config.json", "A/config.JSON"])
def test_a_name_that_is_there_in_both_ways_is_refused(make, target, name):
    with pytest.raises(ValueError, match="is there twice"):
        unpack(make((name, "{}"), prefix="a/"), target)


def test_what_an_entry_does_not_hold_stays_in_the_archive(make, target):
    extra = ["run.py", "recipe.py/x", "__MACOSX/._config.json", "deep/er/card.md"]
    unpack(make(*((name, "x") for name in extra), ("card.md", "x")), target)
    assert left(target) == sorted([*NAMES, "card.md"])


@pytest.mark.parametrize(
    "name",
    [
        "../evil.png",
        "a/../../evil.png",
        "..\\evil.png",
        "/tmp/evil.png",
        "\\evil.png",
        "C:\\evil.png",
        "C:evil.png",
        "..",
    ],
)
def test_names_that_lead_elsewhere_are_refused(make, target, name):
    with pytest.raises(ValueError, match="member lies outside of it. Received: '"):
        unpack(make((name, "x")), target)
    assert not left(target) and not (target.parent / "evil.png").exists()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(make, target, kind):
    member = zipfile.ZipInfo("card.md")
    member.external_attr = (kind | 0o777) << 16
    with pytest.raises(ValueError, match="is no regular file. Received: 'card.md'"):
        unpack(make((member, "/etc/passwd")), target)
    assert not left(target)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["config.json", "Config.JSON"])
def test_a_name_that_is_there_twice_is_refused(make, target, name):
    with pytest.raises(ValueError, match="is there twice"):
        unpack(make((name, "{}")), target)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["manifest.json", "second/manifest.json"])
def test_two_entries_are_refused(make, target, name):
    with pytest.raises(ValueError, match="must hold one entry|is there twice"):
        unpack(make((name, "{}")), target)


def test_an_archive_without_an_entry(make, target):
    with pytest.raises(ValueError, match="must hold one entry.*3 members and not one"):
        unpack(make(prefix="too/deep/"), target)


def test_encrypted_members_are_refused(make, target):
    with pytest.raises(ValueError, match="is encrypted"):
        unpack(patched(make(), 6, 8, 1), target)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(make, target, method):
    with pytest.raises(ValueError, match="another way than deflate"):
        unpack(make(compression=method), target)


def test_a_bomb_is_not_unpacked(make, target):
    path = make(("card.md", bytes(12_000_000)))
    with pytest.raises(ValueError, match=r"200 times its size.*4 members of 12,\d+"):
        unpack(path, target)
    assert not left(target)


def test_a_member_that_is_too_large(make, target, monkeypatch):
    monkeypatch.setattr("kerasgen.zoo.entry.archive.CONFIG_LIMIT", 40_000)
    with pytest.raises(ValueError, match="larger than 40,000 bytes.*'card.md'"):
        unpack(make(("card.md", bytes(50_000))), target)


def test_too_many_members(make, target):
    with pytest.raises(ValueError, match="at most 1000 members"):
        unpack(make(*((f"{i}.txt", "") for i in range(1000))), target)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """An archive of 30,000 members."""
    path = tmp_path_factory.mktemp("crowded") / "crowded.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for i in range(30_000):
            archive.writestr(zipfile.ZipInfo(f"{i}"), "")
        archive.writestr("manifest.json", "{}")
    return path


def test_a_crowd_of_members_is_refused_unread(crowded, target, monkeypatch):
    monkeypatch.setattr(zipfile, "ZipInfo", None)  # what a member is read into
    with pytest.raises(ValueError, match=r"crowded.zip must.*takes 1,\d+,\d+ bytes"):
        unpack(crowded, target)
    assert not is_archive(crowded)


def test_an_archive_that_is_too_large(archive, monkeypatch, target):
    size = archive.stat().st_size
    monkeypatch.setattr("kerasgen.zoo.entry.archive.WEIGHTS_LIMIT", size - 1)
    with pytest.raises(ValueError, match=f"at most {size - 1:,}.*with {size:,} bytes"):
        unpack(archive, target)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path, target):
    pipe = tmp_path / "pipe.zip"
    os.mkfifo(pipe)
    assert not is_archive(pipe)
    for read in (lambda: unpack(pipe, target), lambda: from_archive(pipe)):
        with pytest.raises(ValueError, match="pipe.zip, which is no regular file"):
            read()


def test_a_member_that_lies_about_its_size(make, target):
    # Size after unpacking, in the headers of the first member.
    with pytest.raises(ValueError, match="cut off or damaged"):
        unpack(patched(make(), 22, 24, 1), target)


@pytest.mark.parametrize("cut", [1, 100, 3000])
def test_an_archive_that_is_cut_off(archive, target, cut):
    archive.write_bytes(archive.read_bytes()[:-cut])
    with pytest.raises(ValueError, match="tiny.zip is not a zip archive, or is cut"):
        unpack(archive, target)


def test_an_archive_that_points_before_its_beginning(archive, target):
    data = bytearray(archive.read_bytes())
    end = data.index(b"PK\x05\x06")
    data[end + 12 : end + 20] = b"\xff\xff\xff\x00\xff\xff\xff\x00"
    archive.write_bytes(data)
    with pytest.raises(ValueError, match="is not a zip archive, or is cut off"):
        unpack(archive, target)


def test_a_disk_that_is_full_is_no_fault_of_the_archive(archive, target, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(OSError, match="No space left"):
        unpack(archive, target)


def test_a_damaged_member(archive, target):
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 255
    archive.write_bytes(data)
    with pytest.raises(ValueError, match="cut off or damaged"):
        unpack(archive, target)


def test_files_that_do_not_fit_their_manifest(entry, archive, target):
    (entry / "config.json").write_text("{}")
    pack(entry, archive)
    with pytest.raises(ValueError, match="config.json is cut off"):
        unpack(archive, target)


def test_is_archive(archive, tiny, make, tmp_path):
    assert is_archive(archive) and is_archive(make(prefix="a/"))
    assert not is_archive(tiny) and not is_archive(tiny / "config.json")
    assert not is_archive(tmp_path / "nowhere")
    with zipfile.ZipFile(tmp_path / "pictures.zip", "w") as pictures:
        pictures.writestr("1.png", "x")
    assert not is_archive(tmp_path / "pictures.zip")


@pytest.mark.parametrize("name", ["weights.h5", "samples.png", "LICENSE"])
def test_what_belongs(name):
    assert belongs(name)


@pytest.mark.parametrize(
    "name", ["", "a/card.md", "../x.png", "setup.py", "model.pkl", "a\n.png"]
)
def test_what_does_not_belong(name):
    assert not belongs(name)
