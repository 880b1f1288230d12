"""Wagtail's widgets without inline scripts.

Wagtail 8.0 starts five widgets by a `<script>` after their HTML. A nonce would let those of the
page itself run, but not those in HTML that is fetched later (choosers, filters): that carries the
nonce of another response. So the HTML says which function to call with which arguments, as data,
and `csp_widgets.js` calls it, whenever such HTML appears. The templates that stand under
`templates/wagtailadmin/` do the same for dates and inline panels.
"""

from __future__ import annotations

import json
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.widgets import BaseChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser


def start_tag(function: str, arguments: list[Any], *, construct: bool = False) -> SafeString:
    """An element without content that makes csp_widgets.js call `function(*arguments)`."""
    return format_html(
        '<span hidden data-controller="start-widget" data-start-widget-function-value="{}"'
        ' data-start-widget-arguments-value="{}" data-start-widget-construct-value="{}"></span>',
        function,
        json.dumps(arguments, default=str),
        "true" if construct else "false",
    )


def _start_of(chooser: BaseChooser, id_: str, name: str, value_data: Any) -> SafeString:
    """Says as data what `chooser.render_js_init()` would say as a script."""
    if isinstance(chooser, AdminTaskChooser):
        return start_tag("createTaskChooser", [id_])
    options = chooser.get_js_init_options(id_, name, value_data)
    return start_tag(chooser.js_constructor, [id_, options], construct=True)


def _render(
    chooser: BaseChooser, name: str, value: Any, attrs: Any = None, renderer: Any = None
) -> SafeString:
    """Stands in for `BaseChooser.render`, which differs in its last lines only."""
    id_ = attrs["id"]
    value_data = chooser.get_value_data(value)
    html = chooser.render_html(name, value_data, attrs)
    return format_html("{}{}", html, _start_of(chooser, id_, name, value_data))


def _script() -> SafeString:
    return format_html('<script src="{}"></script>', static("backoffice/csp_widgets.js"))


def replace_inline_scripts() -> None:
    """Called once, when the apps are ready."""
    BaseChooser.render = _render
    hooks.register("insert_global_admin_js", _script)
