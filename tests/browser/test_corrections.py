"""Corrections by the glossary on the page: marked in the text, listed, and taken back."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.builders import SENTENCES, make_correction, make_media, make_recording, make_segment, make_transcript
from tingwu.domain.recording import Recording

pytestmark = pytest.mark.browser


def corrected() -> Recording:
    """Heard were "<b>plays</b>" (behind a character of two UTF-16 units), "but yet" and "Hannah"."""
    segments = make_transcript(("𠮷 pays.", *SENTENCES[1:])).segments
    corrections = (
        make_correction(segments[0], 1, "<b>plays</b>"),
        make_correction(segments[2], 2, "but yet"),
        make_correction(segments[4], 0, "Hannah"),
    )
    transcript = make_transcript(segments=segments, corrections=corrections)
    return make_recording(media=make_media(name="review.wav", container="wav"), transcript=transcript)


def open_transcript(page: Page, site: Site, recording: Recording) -> None:
    site.library.save(recording)
    site.library.keep_media(recording.id, site.sound)
    page.goto(f"{site.origin}/#/r/{recording.id}")
    page.wait_for_selector(".player")


def test_corrections_are_marked_listed_and_taken_back_by_keyboard(page: Page, site: Site) -> None:
    recording = corrected()
    open_transcript(page, site, recording)
    expect(page.locator(".corrected")).to_have_text(["pays", "budget", "Anna"])
    expect(page.locator(".corrected").nth(1)).to_have_attribute(
        "title", "Corrected by the glossary; “but yet” was written here"
    )
    expect(page.locator(".sentence").nth(2)).to_have_text(SENTENCES[2])
    corrections = page.locator(".corrections")
    expect(corrections.locator("summary")).to_have_text("Corrected by the glossary: 3")
    expect(corrections.locator("li span").first).to_have_text("<b>plays</b> → pays")
    corrections.get_by_role("button", name="Undo the correction at 00:06: “but yet” → “budget”").focus()
    page.keyboard.press("Enter")
    expect(corrections.locator("summary")).to_have_text("Corrected by the glossary: 2")
    expect(page.locator(".toasts")).to_contain_text("“but yet” is written again")
    expect(page.locator(".sentence").nth(2)).to_have_text("The travel but yet pays, twelve thousand euros.")
    expect(page.locator(".note-warnings")).to_contain_text("The transcript was changed at 00:06-00:08")
    expect(corrections.get_by_role("button", name="Undo the correction at 00:12")).to_be_focused()
    assert [one.after for one in site.library.load(recording.id).transcript.corrections] == ["pays", "Anna"]
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".corrections summary")).to_have_text("按词汇表更正：2 处")
    page.get_by_role("button", name="撤销 00:12 的更正：“Hannah”→“Anna”").click()
    page.get_by_role("button", name="撤销 00:01 的更正").click()
    expect(page.locator(".corrections")).to_have_count(0)
    expect(page.locator(".pane-text")).to_be_focused()


def test_a_correction_that_somebody_else_took_back(page: Page, site: Site) -> None:
    recording = corrected()
    open_transcript(page, site, recording)
    site.library.save(replace(recording, transcript=replace(recording.transcript, corrections=())))
    page.locator(".corrections").get_by_role("button", name="Undo the correction at 00:12").click()
    expect(page.locator(".toasts")).to_contain_text("the transcript does not have it")
    expect(page.locator(".corrections")).to_have_count(0)
    site.complaints = [text for text in site.complaints if "status of 422" not in text]


def test_many_corrections_on_a_phone(phone: Page, site: Site) -> None:
    segments = tuple(make_segment(number, f"Sentence {number} about Kubernetes today.") for number in range(60))
    corrections = tuple(make_correction(segment, 3, "cooper netties") for segment in segments)
    recording = replace(
        corrected(), transcript=make_transcript(SENTENCES * 12, segments=segments, corrections=corrections)
    )
    open_transcript(phone, site, recording)
    phone.get_by_role("tab", name="Transcript").click()
    phone.locator(".corrections summary").click()
    expect(phone.locator(".corrections li")).to_have_count(60)
    box = phone.locator(".corrections").bounding_box()
    assert box
    assert box["width"] <= 390
    assert box["height"] < 500
    assert phone.evaluate("document.querySelector('.pane-text').scrollWidth") <= 390
    buttons = phone.locator(".corrections .button")
    assert all(button.bounding_box()["width"] > 60 for button in buttons.all()[:3])  # pyright: ignore[reportOptionalSubscript]
