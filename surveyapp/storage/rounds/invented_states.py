"""Fourteen invented States of all regions and treaty statuses, for rehearsals and the demonstration. Their codes are
ISO 3166 user-assigned (X…)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from surveyapp.definition.model import TreatyStatus

from . import participants


@dataclass(frozen=True)
class InventedState:
    code: str
    region: str
    subregion: str
    treaty_status: TreatyStatus
    since: date  #: when the status began
    names: dict[str, str]


def _state(code: str, region: str, subregion: str, status: TreatyStatus, since: str, *names: str) -> InventedState:
    languages = ("en", "fr", "es", "ar", "zh", "ru")
    return InventedState(
        code, region, subregion, status, date.fromisoformat(since), dict(zip(languages, names, strict=True))
    )


# fmt: off
INVENTED_STATES: tuple[InventedState, ...] = (
    _state("XAL", "europe", "Northern Europe", "state_party", "2014-12-24",
           "Almerania", "Alméranie", "Almerania", "ألميرانيا", "阿尔梅拉尼亚", "Алмерания"),
    _state("XVE", "europe", "Eastern Europe", "state_party", "2016-03-10",
           "Velmoria", "Velmorie", "Velmoria", "فيلموريا", "韦尔莫里亚", "Вельмория"),
    _state("XOR", "europe", "Southern Europe", "signatory", "2013-06-03",
           "Orvania", "Orvanie", "Orvania", "أورفانيا", "奥尔瓦尼亚", "Орвания"),
    _state("XKE", "asia", "Central Asia", "signatory", "2013-09-25",
           "Kestara", "Kestara", "Kestara", "كيستارا", "凯斯塔拉", "Кестара"),
    _state("XSU", "asia", "South-eastern Asia", "not_party", "2013-04-02",
           "Sundaria", "Sundarie", "Sundaria", "سونداريا", "松达里亚", "Сундария"),
    _state("XQA", "asia", "Western Asia", "state_party", "2019-08-21",
           "Qaramat", "Qaramat", "Qaramat", "قرمات", "卡拉马特", "Карамат"),
    _state("XTA", "oceania", "Polynesia", "state_party", "2015-06-01",
           "Talassia", "Talassie", "Talasia", "تالاسيا", "塔拉西亚", "Талассия"),
    _state("XCO", "oceania", "Melanesia", "not_party", "2013-04-02",
           "Coralia", "Coralie", "Coralia", "كوراليا", "科拉利亚", "Коралия"),
    _state("XLI", "africa", "Western Africa", "state_party", "2014-12-24",
           "Lirandia", "Lirandie", "Lirandia", "ليرانديا", "利兰迪亚", "Лирандия"),
    _state("XZA", "africa", "Eastern Africa", "signatory", "2014-01-15",
           "Zambeka", "Zambeka", "Zambeka", "زامبيكا", "赞贝卡", "Замбека"),
    _state("XNU", "africa", "Middle Africa", "not_party", "2013-04-02",
           "Nukoro", "Nukoro", "Nukoro", "نوكورو", "努科罗", "Нукоро"),
    _state("XME", "americas", "South America", "state_party", "2014-12-24",
           "Meridonia", "Méridonie", "Meridonia", "ميريدونيا", "梅里多尼亚", "Меридония"),
    _state("XSA", "americas", "Caribbean", "state_party", "2018-05-07",
           "Santa Aurelia", "Sainte-Aurélie", "Santa Aurelia", "سانتا أوريليا", "圣奥雷利亚", "Санта-Аурелия"),
    _state("XVR", "americas", "Central America", "signatory", "2013-06-03",
           "Verdania", "Verdanie", "Verdania", "فيردانيا", "韦尔达尼亚", "Вердания"),
)
# fmt: on


def add_invented_states() -> None:
    """Those that are not there yet. A rehearsal asks them, as the demonstration does."""
    for state in INVENTED_STATES:
        if participants.participant(state.code) is None:
            added = participants.add_participant(
                kind="state",
                code=state.code,
                iso3=state.code,
                names=state.names,
                region=state.region,
                subregion=state.subregion.lower().replace("-", "_").replace(" ", "_"),
                invented=True,
            )
            participants.record_status(added, state.treaty_status, state.since)
