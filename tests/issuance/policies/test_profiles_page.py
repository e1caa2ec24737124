"""The integrators' page on certificate profiles, followed to the letter."""

import re
import shutil
from pathlib import Path

import pytest

import issuance.policies
from issuance.certificates.profile import CertificateField, CertificateProfile, OtherNameField
from issuance.policies.loader import read_policy

_SHIPPED = Path(issuance.policies.__file__).parent / "ec-icert"
_PAGES = Path(__file__).parents[3] / "docs" / "profiles"


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_example_is_a_policy_that_is_read(tmp_path: Path, language: str):
    page = (_PAGES / f"{language}.md").read_text("utf-8")
    folder = Path(shutil.copytree(_SHIPPED, tmp_path / "ours"))
    before, *blocks = page.split("```toml\n")
    for part in blocks:
        block, after = part.split("```", 1)
        words = re.split(r"^# (\w+\.toml)$", block, flags=re.MULTILINE)
        if len(words) == 1:
            named = re.findall(r"^`(\w+\.toml)`", before, re.MULTILINE)[-1]
            _append(folder / named, block)
        for file, entries in zip(words[1::2], words[2::2], strict=True):
            for spoken in ("es", "en"):
                _append(folder / spoken / file, entries)
        before = after
    policy = read_policy(folder).policy
    product = policy.product("funcionario-judicial-pkcs12-18-meses")
    assert product is not None
    assert policy.profile_of(product).policy_oids == ("1.3.6.1.4.1.99999.1.1",)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_entry_of_a_profile_is_told(language: str):
    page = (_PAGES / f"{language}.md").read_text("utf-8")
    told = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`[^|]*)\|", page, re.MULTILINE))))
    fields = {*CertificateField.model_fields, *OtherNameField.model_fields}
    assert told == {"extends", *CertificateProfile.model_fields, *fields}


def _append(file: Path, text: str) -> None:
    file.write_text(f"{file.read_text('utf-8')}\n{text}", "utf-8")
