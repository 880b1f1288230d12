"""What a page body is made of. Few blocks, and none that can break the order of headings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

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
    image = ImageBlock(label=_("Bild"), template="pages/blocks/image.html")


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
