"""What the public reads: pages, offers, places, pictures."""

from pages.models.agencies import Agency, AgencyKind
from pages.models.alerts import Alert, AlertText
from pages.models.contacts import ContactDayOff, ContactHour, ContactPoint
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
from pages.models.drafts import ReportDraft
from pages.models.glossary import GlossaryTerm
from pages.models.guidance import (
    EasyLanguagePage,
    EmergencyPage,
    GlossaryPage,
    GuidePage,
    LeafletPage,
    LifeSituationPage,
    SignLanguagePage,
    StepByStepPage,
)
from pages.models.images import PortalImage, PortalRendition
from pages.models.links import ExternalLink
from pages.models.offers import (
    CounsellingOffer,
    OfferDayOff,
    OfferHour,
    OfferLanguage,
    OfferTopic,
    Place,
)
from pages.models.page import PortalPage
from pages.models.programme import EventIndexPage, EventPage, FiguresPage
from pages.models.release import FourEyesTask
from pages.models.search import SearchEntry, SearchGap, SearchHit, SearchWord, Synonym
from pages.models.seeds import PortalSeed

__all__ = [
    "Agency",
    "AgencyKind",
    "Alert",
    "AlertText",
    "ContactDayOff",
    "ContactHour",
    "ContactPoint",
    "CounsellingOffer",
    "EasyLanguagePage",
    "EmergencyPage",
    "EventIndexPage",
    "EventPage",
    "ExternalLink",
    "FiguresPage",
    "FourEyesTask",
    "GlossaryPage",
    "GlossaryTerm",
    "GuidePage",
    "HomePage",
    "LeafletPage",
    "LegalPage",
    "LifeSituationPage",
    "NewsIndexPage",
    "NewsPage",
    "OfferDayOff",
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
    "ReportDraft",
    "SearchEntry",
    "SearchGap",
    "SearchHit",
    "SearchWord",
    "SignLanguagePage",
    "StandardPage",
    "StepByStepPage",
    "Synonym",
    "UnitPage",
]
