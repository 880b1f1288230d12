"""What a search reads: entries, their words, and what editors and readers add to it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from pages.search.spelling import LONGEST_KEY, START, Phrase, phrase_of, words


def language_choices() -> list[tuple[str, str]]:
    return list(settings.LANGUAGES)


class SearchEntry(models.Model):
    """One published page, or one offer, in one language. Derived: `index_portal` makes it anew.

    `key` is what the translations of the same thing share. `type` is the model's name.
    """

    on_portal = False  # pages.rendered: no page shows it

    type = models.CharField(max_length=40)
    object_id = models.PositiveBigIntegerField()
    key = models.UUIDField()
    language = models.CharField(max_length=20)
    title = models.CharField(max_length=255)
    summary = models.TextField(blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type", "object_id"], name="pages_search_entry_once"),
        ]
        indexes = [models.Index(fields=["key"], name="pages_search_entry_key")]

    def __str__(self) -> str:
        return f"{self.type} {self.object_id} ({self.language})"


class SearchWord(models.Model):
    """A word that some entry of a language has, with the keys of `pages.search.spelling`.

    The starts are there to be looked up: no database finds a beginning by the same kind of index.
    The letters tell most words apart from a mistyped one before anything is compared.
    """

    on_portal = False  # pages.rendered: no page shows it

    language = models.CharField(max_length=20)
    folded = models.CharField(max_length=LONGEST_KEY)
    plain = models.CharField(max_length=LONGEST_KEY)
    sound = models.CharField(max_length=LONGEST_KEY)
    folded_start = models.CharField(max_length=START)
    plain_start = models.CharField(max_length=START)
    length = models.PositiveSmallIntegerField()
    letters = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["language", "folded", "plain"], name="pages_search_word_once"
            ),
        ]
        indexes = [
            models.Index(fields=["language", "plain"], name="pages_search_word_plain"),
            models.Index(fields=["language", "sound"], name="pages_search_word_sound"),
            models.Index(fields=["language", "folded_start"], name="pages_search_word_start"),
            models.Index(fields=["language", "plain_start"], name="pages_search_word_start2"),
            models.Index(
                fields=["language", "length", "letters", "folded"], name="pages_search_word_letters"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.folded} ({self.language})"


class SearchHit(models.Model):
    """That an entry has a word, and how much that says about it: most in the title."""

    on_portal = False  # pages.rendered: no page shows it

    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="hits")
    word = models.ForeignKey(SearchWord, on_delete=models.CASCADE, related_name="hits")
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["word", "entry"], name="pages_search_hit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.word_id} × {self.weight}"


def listed(text: str) -> list[str]:
    """The entries of a list typed with commas or line breaks, each once."""
    entries = (" ".join(part.split()) for line in text.splitlines() for part in line.split(","))
    return list(dict.fromkeys(entry for entry in entries if entry))


def keys_of(text: str) -> str:
    r"""The keys of every entry between line breaks, to be searched in: `"\nmuell\nmull\n~miul\n"`."""
    keys = [key for entry in listed(text) for key in phrase_keys(phrase_of(entry))]
    return "\n" + "".join(f"{key}\n" for key in dict.fromkeys(keys))


def phrase_keys(phrase: Phrase) -> list[str]:
    """How it is written, in two ways, and how it sounds: `~` before Latin, `≈` before Cyrillic."""
    sounds = " ".join(word.sound for word in phrase)
    return [
        " ".join(word.folded for word in phrase),
        " ".join(word.plain for word in phrase),
        ("≈" if any(word.is_cyrillic for word in phrase) else "~") + sounds,
    ]


class Synonym(models.Model):
    """Words of one language for one thing. Whoever types one of them finds pages with any."""

    on_portal = False  # pages.rendered: no page shows it

    language = models.CharField(_("Sprache"), max_length=20, choices=language_choices)
    terms = models.TextField(
        _("Wörter"),
        max_length=600,
        help_text=_(
            "Was Menschen in dieser Sprache eintippen, mit Komma getrennt: gunoi, resturi, deșeuri. "
            "Auch Wörter aus anderen Sprachen, die man hier kennt."
        ),
    )
    german = models.TextField(
        _("Auf den deutschen Seiten"),
        max_length=300,
        help_text=_(
            "Wie es auf den deutschen Seiten heißt, mit Komma getrennt: Müll, Abfall. "
            "Über diese Wörter finden auch die Sprachen zueinander."
        ),
    )
    term_keys = models.TextField(editable=False)
    german_keys = models.TextField(editable=False)

    panels = [FieldPanel("language"), FieldPanel("terms"), FieldPanel("german")]

    class Meta:
        verbose_name = _("Suchwörter für dasselbe")
        verbose_name_plural = _("Suchwörter für dasselbe")
        ordering = ("language", "german", "terms")

    def __str__(self) -> str:
        return ", ".join(listed(self.terms)[:3])

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.term_keys, self.german_keys = keys_of(self.terms), keys_of(self.german)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        for name in ("terms", "german"):
            if not any(words(entry) for entry in listed(getattr(self, name))):
                raise ValidationError({name: _("Bitte mindestens ein Wort eintragen.")})


class SearchGap(models.Model):
    """Words somebody searched in vain and handed to the editors by pressing a button.

    No time of day, no address, no sequence of searches: a word, a language, how often, since when.
    """

    on_portal = False  # pages.rendered: no page shows it

    language = models.CharField(_("Sprache"), max_length=20, choices=language_choices)
    words = models.CharField(_("Gesucht"), max_length=100)
    count = models.PositiveIntegerField(_("Wie oft"), default=1)
    first_on = models.DateField(_("Zuerst am"), auto_now_add=True)
    last_on = models.DateField(_("Zuletzt am"), auto_now=True)

    class Meta:
        verbose_name = _("Vergebliche Suche")
        verbose_name_plural = _("Vergebliche Suchen")
        ordering = ("-count", "-last_on")
        constraints = [
            models.UniqueConstraint(fields=["language", "words"], name="pages_search_gap_once"),
        ]

    def __str__(self) -> str:
        return self.words
