"""What a page body is made of. Few blocks, and none that can break the order of headings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock
from wagtail.snippets.blocks import SnippetChooserBlock

TEXT_FEATURES = ["bold", "ol", "ul", "link"]


class Fact(blocks.StructBlock):
    term = blocks.CharBlock(label=_("Angabe"), max_length=80)
    value = blocks.TextBlock(label=_("Wert"), max_length=500, rows=2)


class FactList(blocks.StructBlock):
    """Pairs of label and value: task, carrier, place."""

    rows = blocks.ListBlock(Fact(), label=_("Angaben"), min_num=1)

    class Meta:
        label = _("Angaben")
        icon = "list-ul"
        template = "pages/blocks/facts.html"


class Notice(blocks.StructBlock):
    """A boxed remark. The tone is said in words by the title, never by colour alone."""

    tone = blocks.ChoiceBlock(
        choices=[("info", _("Hinweis")), ("warning", _("Achtung"))],
        default="info",
        label=_("Art"),
    )
    title = blocks.CharBlock(label=_("Überschrift"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES)

    class Meta:
        label = _("Hinweiskasten")
        icon = "warning"
        template = "pages/blocks/notice.html"


class ContactBlock(SnippetChooserBlock):
    """A contact point, shown with what is entered there today.

    It always names the contact of the portal's first language; its words in another language are
    looked up when the page is shown. So there is nothing to translate here.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("pages.ContactPoint", **kwargs)

    def get_translatable_segments(self, value: Any) -> list[Any]:
        return []

    def restore_translated_segments(self, value: Any, segments: list[Any]) -> Any:
        return value

    class Meta:
        label = _("Kontakt")
        icon = "mail"
        template = "pages/blocks/contact.html"


class Body(blocks.StreamBlock):
    """The body of every page: sections are opened by a heading of the second level."""

    heading = blocks.CharBlock(
        label=_("Überschrift"),
        max_length=120,
        icon="title",
        template="pages/blocks/heading.html",
    )
    text = blocks.RichTextBlock(
        label=_("Text"), features=TEXT_FEATURES, template="pages/blocks/text.html"
    )
    facts = FactList()
    notice = Notice()
    contact = ContactBlock()
    image = ImageBlock(label=_("Bild"), template="pages/blocks/image.html")


class Where(blocks.StreamBlock):
    """Where to go: offices, and a word on the way there."""

    contact = ContactBlock()
    text = blocks.RichTextBlock(
        label=_("Text"), features=TEXT_FEATURES, template="pages/blocks/text.html"
    )


class Step(blocks.StructBlock):
    """One thing to do. The number comes from the order."""

    title = blocks.CharBlock(
        label=_("Schritt"), max_length=120, help_text=_("Was zu tun ist, mit einem Verb.")
    )
    text = blocks.RichTextBlock(label=_("Erklärung"), features=TEXT_FEATURES)
    guide = blocks.PageChooserBlock(
        label=_("Mehr dazu"), required=False, help_text=_("Die Seite, die den Schritt erklärt.")
    )

    class Meta:
        label = _("Schritt")
        icon = "list-ol"
        template = "pages/blocks/step.html"


class Steps(blocks.StreamBlock):
    step = Step()


class EmergencyNumber(blocks.StructBlock):
    """A number to dial in an emergency."""

    title = blocks.CharBlock(label=_("Wer kommt oder hilft"), max_length=120)
    number = blocks.RegexBlock(
        regex=r"^\+?[0-9][0-9 ]*$",
        label=_("Telefonnummer"),
        max_length=30,
        error_messages={"invalid": _("Nur Ziffern, Leerzeichen und ein Plus am Anfang.")},
    )
    text = blocks.RichTextBlock(label=_("Wann man anruft"), features=TEXT_FEATURES)

    class Meta:
        label = _("Notrufnummer")
        icon = "warning"
        template = "pages/blocks/emergency_number.html"


class EmergencyNumbers(blocks.StreamBlock):
    number = EmergencyNumber()


class FigureRow(blocks.StructBlock):
    """One published number, as exact as it was published."""

    label = blocks.CharBlock(label=_("Was gezählt wurde"), max_length=160)
    accuracy = blocks.ChoiceBlock(
        choices=[
            ("exact", _("genau")),
            ("about", _("etwa")),
            ("over", _("mehr als")),
            ("nearly", _("fast")),
        ],
        default="exact",
        label=_("Wie genau"),
    )
    number = blocks.DecimalBlock(label=_("Zahl"), min_value=0, decimal_places=1)
    unit = blocks.ChoiceBlock(
        choices=[("count", _("Anzahl")), ("percent", _("Prozent"))],
        default="count",
        label=_("Einheit"),
    )

    class Meta:
        label = _("Zahl")


class FigureTable(blocks.StructBlock):
    """Numbers of one publication that share period and base. The base is always said."""

    title = blocks.CharBlock(label=_("Überschrift"), max_length=120)
    period = blocks.CharBlock(label=_("Zeitraum oder Stichtag"), max_length=80)
    base = blocks.CharBlock(
        label=_("Worauf sich die Anteile beziehen"),
        max_length=300,
        help_text=_("Ist die Grundgesamtheit nicht veröffentlicht, steht das hier."),
    )
    rows = blocks.ListBlock(FigureRow(), label=_("Zahlen"), min_num=1)

    class Meta:
        label = _("Tabelle mit Zahlen")
        icon = "table"
        template = "pages/blocks/figures.html"


class Figures(blocks.StreamBlock):
    table = FigureTable()


class EasyPart(blocks.StructBlock):
    """A part in easy language: one sentence per line."""

    title = blocks.CharBlock(label=_("Überschrift"), max_length=80)
    sentences = blocks.ListBlock(
        blocks.CharBlock(label=_("Satz"), max_length=120),
        label=_("Sätze"),
        min_num=1,
        help_text=_("Ein Satz je Zeile, eine Aussage je Satz, keine Nebensätze."),
    )

    class Meta:
        label = _("Abschnitt")
        icon = "pilcrow"
        template = "pages/blocks/easy_part.html"


class EasyText(blocks.StreamBlock):
    part = EasyPart()


class SignVideo(blocks.StructBlock):
    """A film in German sign language at the address of whoever made it: nothing of it is loaded here."""

    title = blocks.CharBlock(label=_("Titel"), max_length=120)
    url = blocks.URLBlock(
        label=_("Adresse des Videos"),
        help_text=_("Das Portal verweist nur darauf und lädt nichts von dort."),
    )
    text = blocks.TextBlock(
        label=_("Was darin gesagt wird"), max_length=500, rows=3, help_text=_("In zwei Sätzen.")
    )

    class Meta:
        label = _("Video in Gebärdensprache")
        icon = "media"
        template = "pages/blocks/sign_video.html"


class SignVideos(blocks.StreamBlock):
    video = SignVideo()


class Source(blocks.StructBlock):
    """Where the facts of a page come from, so that a reader can check them."""

    label = blocks.CharBlock(
        label=_("Quelle"), max_length=200, help_text=_("Wer es veröffentlicht hat, und was.")
    )
    published_on = blocks.DateBlock(label=_("Veröffentlicht am"), required=False)
    url = blocks.URLBlock(label=_("Adresse im Netz"), required=False)

    class Meta:
        label = _("Quelle")
        icon = "link"


class Sources(blocks.StreamBlock):
    source = Source()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"required": False, **kwargs})
