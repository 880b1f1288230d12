"""What the public reads: pages, offers, places, pictures."""

from pages.models.content import (
    HomePage,
    LegalPage,
    NewsIndexPage,
    NewsPage,
    OfferIndexPage,
    ProgrammePage,
    StandardPage,
    UnitPage,
)
from pages.models.images import PortalImage, PortalRendition
from pages.models.offers import CounsellingOffer, OfferHour, OfferLanguage, OfferTopic, Place
from pages.models.page import PortalPage
from pages.models.search import SearchEntry, SearchGap, SearchHit, SearchWord, Synonym
from pages.models.seeds import PortalSeed

__all__ = [
    "CounsellingOffer",
    "HomePage",
    "LegalPage",
    "NewsIndexPage",
    "NewsPage",
    "OfferHour",
    "OfferIndexPage",
    "OfferLanguage",
    "OfferTopic",
    "Place",
    "PortalImage",
    "PortalPage",
    "PortalRendition",
    "PortalSeed",
    "ProgrammePage",
    "SearchEntry",
    "SearchGap",
    "SearchHit",
    "SearchWord",
    "StandardPage",
    "Synonym",
    "UnitPage",
]
