"""The reference table of States: names in six languages, United Nations regions, treaty status."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType

from .model import TreatyStatus

REGIONS: tuple[str, ...] = ("africa", "americas", "asia", "europe", "oceania")

#: as the United Nations' M49 standard prints them
REGION_NAMES: Mapping[str, Mapping[str, str]] = {
    "africa": {"en": "Africa", "fr": "Afrique", "es": "África", "ar": "أفريقيا", "zh": "非洲", "ru": "Африка"},
    "americas": {
        "en": "Americas",
        "fr": "Amériques",
        "es": "Américas",
        "ar": "الأمريكتان",
        "zh": "美洲",
        "ru": "Америка",
    },
    "asia": {"en": "Asia", "fr": "Asie", "es": "Asia", "ar": "آسيا", "zh": "亚洲", "ru": "Азия"},
    "europe": {"en": "Europe", "fr": "Europe", "es": "Europa", "ar": "أوروبا", "zh": "欧洲", "ru": "Европа"},
    "oceania": {"en": "Oceania", "fr": "Océanie", "es": "Oceanía", "ar": "أوقيانوسيا", "zh": "大洋洲", "ru": "Океания"},
}

TREATY_STATUSES: Mapping[str, TreatyStatus] = {
    "state_party": "state_party",
    "signatory": "signatory",
    "not_party": "not_party",
}


@dataclass(frozen=True)
class StateRecord:
    """One line of `reference/states.csv`."""

    iso3: str
    region: str
    subregion: str  #: in English, as M49 has it
    subregion_code: str
    treaty_status: TreatyStatus  #: on the day of the reference table; storage keeps dated ones
    names: Mapping[str, str]


def _slug(name: str) -> str:
    return name.lower().replace("-", "_").replace(" ", "_")


def _record(row: Mapping[str, str]) -> StateRecord:
    return StateRecord(
        iso3=row["iso_alpha3"],
        region=_slug(row["region"]),
        subregion=row["subregion"],
        subregion_code=_slug(row["subregion"]),
        treaty_status=TREATY_STATUSES[row["treaty_status"]],
        names=MappingProxyType({key[5:]: value for key, value in row.items() if key.startswith("name_")}),
    )


def _records() -> Iterator[tuple[str, StateRecord]]:
    table = resources.files("surveyapp") / "reference" / "states.csv"
    for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines()):
        yield row["iso_alpha3"], _record(row)


#: by ISO alpha-3 code, in the table's order
STATES: Mapping[str, StateRecord] = MappingProxyType(dict(_records()))


def _subregion_names() -> Iterator[tuple[str, Mapping[str, str]]]:
    table = resources.files("surveyapp") / "reference" / "subregions.csv"
    for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines()):
        yield row["code"], {key[5:]: value for key, value in row.items() if key.startswith("name_")}


#: as the United Nations' M49 standard prints them, in its order
SUBREGION_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(dict(_subregion_names()))


def subregion_name(code: str, language: str) -> str:
    """The code itself for a subregion the table does not know."""
    names = SUBREGION_NAMES.get(code)
    return code if names is None else names.get(language) or names["en"]


def state_name(iso3: str, language: str) -> str:
    """The State's short name; the code itself for a State the table does not know."""
    record = STATES.get(iso3)
    if record is None:
        return iso3
    return record.names.get(language) or record.names["en"]


def region_name(code: str, language: str) -> str:
    """The code itself for a region the table does not know."""
    names = REGION_NAMES.get(code)
    return code if names is None else names.get(language) or names["en"]
