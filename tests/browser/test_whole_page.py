"""The page with everything real behind it: the program's own server, real weights, a sample recording."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import wait_for_player

pytestmark = [pytest.mark.browser, pytest.mark.model]

SAMPLE = Path(__file__).parents[2] / "samples" / "en-interview" / "en-interview.opus"
PATIENCE_MS = 300_000


@pytest.fixture
def address(tmp_path: Path, whisper_tiny_en: Path) -> Iterator[str]:
    """What `tingwu serve` prints: the page's address with its token."""
    settings = {
        "TINGWU_DATA_DIR": str(tmp_path),
        "TINGWU_MODELS_DIR": str(whisper_tiny_en.parent),
        "TINGWU_ASR_MODEL": "whisper-tiny.en",
        "TINGWU_LLM": "none",
        "TINGWU_OFFLINE": "true",
    }
    server = subprocess.Popen(
        [sys.executable, "-c", "from ui.cli import main; main()", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | settings,
    )
    assert server.stdout is not None
    yield server.stdout.readline().removeprefix("tingwu: ").strip()
    server.terminate()
    server.wait(30)
    server.stdout.close()


def test_a_sample_is_uploaded_processed_and_plays_a_citation(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)
    page.set_input_files("#tingwu-files", SAMPLE)
    card = page.locator(".card")
    expect(card).to_contain_text("en-interview", timeout=PATIENCE_MS)
    card.click()
    page.wait_for_selector(".player")
    expect(page.locator("body")).to_contain_text("Hamburg")
    chip = page.locator(".notes button.chip, .notes .chip").last
    chip.click()
    wait_for_player(page, "audio.currentTime > 1")
    context.close()
