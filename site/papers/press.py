"""The limited child process that prints: `python -m papers.press`.

Reads one JSON object, {"layout", "paper", "fonts", "timestamp"}, and writes the PDF, or with exit
code 3 one JSON object with typst's message. Whatever a paper does, it does to this process:
1 GB of memory, 20 s of CPU. It reads the folder of the layout and the fonts named, nothing else;
typst packages, the only thing typst would fetch, are used by none of the layouts.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

MEMORY = 1024**3
SECONDS = 20
REFUSED = 3


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(order: dict[str, Any]) -> bytes:
    import typst  # late: the limits are in force before the library is there

    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=order["fonts"]
    )
    layout = Path(str(order["layout"]))
    return typst.compile(
        str(layout),
        root=str(layout.parent),
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(order["paper"])},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=order["timestamp"],
        package_path=str(layout.parent),
        package_cache_path=str(layout.parent),
    )


if __name__ == "__main__":
    limit()
    given = json.load(sys.stdin)
    try:
        pdf = main(given)
    except RuntimeError as error:  # typst.TypstError; a diagnostic quotes what it is about
        found = {"message": getattr(error, "diagnostic", "") or str(error)}
        sys.stdout.write(json.dumps(found))
        sys.exit(REFUSED)
    sys.stdout.buffer.write(pdf)
