"""When the installation is begun anew, when it is left alone."""

import sys
import venv
from pathlib import Path

import pytest

from balai.launcher import install
from balai.launcher.state import content_digest, listing_digest, read_stamps, write_stamp
from tests.launcher.conftest import ROOT


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `.venv` without pip, as it is when its making was cut off."""
    path = tmp_path / ".venv"
    venv.create(path, with_pip=False)
    monkeypatch.setattr(install, "VENV", path)
    return path


def test_a_venv_cut_off_in_the_making_is_made_again(made: Path) -> None:
    assert not install._venv_works()
    write_stamp(made / "balai.json", "state", "whole")
    assert install._venv_works()


def test_a_venv_cut_off_in_an_installation_is_made_again(made: Path) -> None:
    write_stamp(made / "balai.json", "state", "unfinished")
    assert not install._venv_works()


def test_a_venv_whose_python_is_gone_is_made_again(made: Path) -> None:
    write_stamp(made / "balai.json", "state", "whole")
    (made / "bin" / "python").unlink()
    assert not install._venv_works()
    (made / "bin" / "python").symlink_to(made / "no-such-python")
    assert not install._venv_works()


def test_both_source_roots_are_on_the_path(made: Path) -> None:
    install._name_source_roots()
    text = (install.site_packages() / "balai.pth").read_text()
    assert text == f"{ROOT}\n{ROOT / 'platform'}\n"
    assert install.site_packages() == made / "lib" / f"python3.{sys.version_info[1]}" / "site-packages"


def test_a_stamp_file_that_was_cut_off_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "stamps.json"
    path.write_text('{"static": "12')
    assert read_stamps(path) == {}
    write_stamp(path, "static", "34")
    assert read_stamps(path) == {"static": "34"}


def test_digests_see_every_change(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("one")
    seen = set()
    for digest in (content_digest, listing_digest):
        seen.add(digest(tmp_path, [first]))
        second.write_text("")
        seen.add(digest(tmp_path, [first, second]))
        second.unlink()
        first.rename(second)
        seen.add(digest(tmp_path, [second]))
        second.rename(first)
    first.write_text("two")
    seen.add(content_digest(tmp_path, [first]))
    assert len(seen) == 7
