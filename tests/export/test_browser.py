"""The pages in a real browser: no errors, no sideways scrolling on a phone, filters that filter, letters that can be read."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from derive.contents import Contents, Topic
from derive.export import html
from derive.export.plots import draw_all
from derive.figures.page import page_figures

BROWSER = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)

# What a page says of itself after its own script has run.
PROBE = """<script>
const scrolls = ".formula, .line, .math, .panel, pre, .skip";
const wide = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(scrolls));
const root = document.documentElement;
const maths = document.querySelectorAll("math").length;
document.title = JSON.stringify({sideways: root.scrollWidth - root.clientWidth, wide: wide.length, maths});
</script></body>"""

CHOOSE = """<script>
const choose = (id, value) => { const f = document.getElementById(id); f.value = value; f.dispatchEvent(new Event("input")); };
const shown = () => document.querySelectorAll(".rows li:not([hidden])").length;
const seen = [shown()];
choose("verdict", "UNKNOWN"); seen.push(shown()); choose("verdict", "");
choose("kind", "erratum"); seen.push(shown()); choose("kind", "");
choose("document", "001"); seen.push(shown()); choose("document", "");
choose("topic", "Networks"); seen.push(shown()); choose("topic", "");
choose("words", "ROWS zero"); seen.push(shown()); choose("words", "no such claim"); seen.push(shown());
seen.push(document.querySelectorAll(".topic:not([hidden])").length); choose("words", ""); seen.push(shown());
document.title = JSON.stringify(seen);
</script></body>"""


def visit(text: str, folder: Path, probe: str, width: int = 400) -> tuple[str, str]:
    """The title that the probe left, and what the console said."""
    if BROWSER is None:
        pytest.skip("no Chromium here; on Debian: apt-get install chromium")
    page = folder / "page.html"
    page.write_text(text.replace("</body>", probe), encoding="utf-8")
    run = subprocess.run(
        [
            BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", f"--user-data-dir={folder}/profile",
            f"--window-size={width},900", "--virtual-time-budget=20000", "--dump-dom", page.as_uri(),
        ],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    title = re.search(r"<title>(.*?)</title>", run.stdout, re.DOTALL)
    return (unescape(title[1]) if title else run.stderr), "\n".join(line for line in run.stderr.splitlines() if "CONSOLE" in line)


@pytest.mark.parametrize("name", ["softmax_jacobian", "mlp_backprop"])
def test_a_page_on_a_phone(library, tmp_path: Path, name: str) -> None:
    page = library.page(name)
    title, console = visit(html.page(page, library.of(page), source="x = 1\n" * 90, version="1"), tmp_path, PROBE)
    assert '"sideways":0,"wide":0' in title, title
    assert not title.endswith('"maths":0}')
    assert console == ""


def test_the_index_on_a_phone(library, tmp_path: Path) -> None:
    pages = [
        (replace(page, title=f"{page.title} and a title that goes on for longer than a telephone is wide"), library.of(page))
        for page in library.pages
    ]
    title, console = visit(html.index(pages), tmp_path, PROBE)
    assert '"sideways":0,"wide":0' in title, title
    assert console == ""


def test_the_index_filters(library, tmp_path: Path) -> None:
    contents = Contents((Topic("Networks", ("mlp_backprop",)), Topic("Functions", ("softmax_jacobian", "sigmoid_tanh"))))
    text = html.index([(page, library.of(page)) for page in library.pages], contents=contents)
    title, console = visit(text, tmp_path, CHOOSE)
    assert title == "[16,1,2,1,2,1,0,0,16]"
    assert console == ""


def test_the_probe_sees_a_page_that_is_too_wide(library, tmp_path: Path) -> None:
    page = library.page("softmax_jacobian")
    text = html.page(page, library.of(page)).replace("</main>", '<p style="width: 60rem">wide</p></main>')
    title, _ = visit(text, tmp_path, PROBE)
    assert '"sideways":0' not in title


AXE = """<script>%s</script><script>
axe.run(document, {resultTypes: ["violations"]}).then(found => {
  document.title = JSON.stringify(found.violations.map(v => [v.id, v.nodes.length, v.nodes[0].html]));
});
</script></body>"""


def axe() -> str:
    """The accessibility checker, to be run inside a page."""
    found = importlib.util.find_spec("axe_core_python")
    if found is None or not found.submodule_search_locations:
        pytest.skip("axe-core-python is missing; pip install axe-core-python")
    script = (Path(found.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")
    return AXE % script.replace("</script", r"<\/script")


def test_pages_are_accessible(library, tmp_path: Path) -> None:
    page = library.page("softmax_jacobian")
    plots = draw_all(page_figures(page, library.of(page)))
    text = html.page(page, library.of(page), plots, source='"""A page."""\nx = 1  # one\n', pages=["sigmoid_tanh"], index=True)
    assert visit(text, tmp_path, axe())[0] == "[]"
    assert visit(html.index([(p, library.of(p)) for p in library.pages]), tmp_path, axe())[0] == "[]"


def test_the_checker_sees_a_fault(library, tmp_path: Path) -> None:
    page = library.page("sigmoid_tanh")
    text = html.page(page, library.of(page)).replace("</main>", '<img src="data:,"><p style="color: #ccc">pale</p></main>')
    title, _ = visit(text, tmp_path, axe())
    assert "image-alt" in title
    assert "color-contrast" in title


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_can_be_read() -> None:
    """Text against what it stands on, light and dark: at least the contrast of WCAG AA."""
    style = (Path(html.__file__).parent / "templates" / "style.css").read_text()
    for scheme in re.findall(r":root \{([^}]*)\}", style):
        c = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", scheme))
        pairs = [(ink, paper) for ink in ("ink", "quiet", "link", "refuted", "proved") for paper in ("paper", "card", "soft")]
        pairs += [("ink", "blush"), ("quiet", "blush"), *(("on", badge) for badge in ("proved", "refuted", "open", "conflict"))]
        for ink, paper in pairs:
            light, dark = sorted((luminance(c[ink]), luminance(c[paper])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, paper)
