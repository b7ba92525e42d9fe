"""The page: a gradio Blocks that holds one mount point; the views are small ES modules in `assets/`.

The page calls no Python function through gradio: everything that it shows and does goes through the API, so a closed
tab loses nothing and two tabs show the same.
"""

from pathlib import Path

import gradio as gr
from gradio.themes import Base

ASSETS = Path(__file__).parent / "assets"
"""Folder of the page's scripts and styles, served under /page."""

STYLES = ("theme.css", "home.css", "recording.css", "notes.css", "speakers.css")

_SANS = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")

MOUNT_ID = "tingwu-mount"
"""Id of the element that main.js fills."""


def build_page() -> gr.Blocks:
    """The Blocks to mount. Gradio's own telemetry is off.

    The mount point is a bare column: gr.HTML evaluates its template as JavaScript, which the page's
    Content-Security-Policy forbids to everybody.
    """
    with gr.Blocks(title="tingwu", analytics_enabled=False, fill_width=True) as page:
        gr.Column(elem_id=MOUNT_ID)
    return page


def page_head() -> str:
    """What the page's head loads: our styles and the one script that loads the others."""
    styles = "".join(f'<link rel="stylesheet" href="/page/{name}">' for name in STYLES)
    return f'{styles}<script type="module" src="/page/main.js"></script>'


def page_theme() -> Base:
    """Gradio's plainest theme with fonts of the system: no font is fetched from anywhere."""
    return Base(font=list(_SANS), font_mono=list(_MONO))
