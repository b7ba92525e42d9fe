"""Speakers on the page: shown with their shares, renamed in place, merged, and called what was suggested."""

from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site, wait_for_player
from tests.builders import SENTENCES, make_media, make_notes, make_recording, make_segment, make_transcript
from tingwu.domain.media import TimeRange
from tingwu.domain.recording import Recording
from tingwu.domain.speakers import Diarization, NameSource, NameSuggestion, SpeakerTurn

pytestmark = pytest.mark.browser

SPEAKERS = ("Speaker 1", "Speaker 2", "Speaker 1", "Speaker 2", "Speaker 3")
LI_NA = NameSuggestion(
    speaker="Speaker 2",
    name="Li Na",
    source=NameSource.SAID,
    score=0.9,
    evidence=TimeRange(start=3, end=5.8),
    quote="I'm Li Na <b>from</b> finance",
)
TOM = NameSuggestion(speaker="Speaker 3", name="Tom", source=NameSource.PROFILE, score=0.8)


def spoken(suggestions: tuple[NameSuggestion, ...] = (LI_NA, TOM), confidence: float = 0.4) -> Recording:
    """Three speakers in turn; the third interrupts. The notes' question was asked by the second."""
    segments = tuple(
        make_segment(number, text, speaker=speaker, beside=("Speaker 3",) if number == 3 else ())
        for number, (text, speaker) in enumerate(zip(SENTENCES, SPEAKERS, strict=True))
    )
    turns = tuple(
        SpeakerTurn(start=one.start - (0.8 if one.id == 4 else 0), end=one.end, speaker=one.speaker or "")
        for one in segments
    )
    diarization = Diarization(turns=turns, count_confidence=confidence, model="fake", suggestions=suggestions)
    notes = make_notes()
    pair = replace(notes.questions[0], asked_by="Speaker 2", answered_by="Speaker 1")
    return make_recording(
        media=make_media(name="review.wav", container="wav"),
        transcript=make_transcript(segments=segments, diarization=diarization),
        notes=replace(notes, questions=(pair,)),
    )


def open_recording(page: Page, site: Site, recording: Recording) -> None:
    site.library.save(recording)
    site.library.keep_media(recording.id, site.sound)
    page.goto(f"{site.origin}/#/r/{recording.id}")
    page.wait_for_selector(".player")


def names(page: Page) -> Locator:
    return page.locator(".speakers .name")


def heads(page: Page) -> Locator:
    return page.locator(".transcript .name")


def colour(element: Locator) -> str:
    return element.evaluate("element => getComputedStyle(element).getPropertyValue('--tone')")


def forget(site: Site, status: int) -> None:
    """The browser's own complaint about a refusal that the test wanted."""
    site.complaints = [text for text in site.complaints if f"status of {status}" not in text]


def test_who_speaks_how_much_and_when(page: Page, site: Site) -> None:
    open_recording(page, site, spoken())
    expect(names(page)).to_have_text(["Speaker 1", "Speaker 2", "Speaker 3"])
    first, _, third = page.locator(".speaker-row").all()
    expect(first.locator(".talk")).to_have_text("6 s38%")
    expect(first.locator(".speaker-facts span")).to_have_text(
        ["Turns 2", "Longest 3 s", "Interruptions 0", "Pace 150 words/min"]
    )
    expect(third.locator(".fact-interruptions")).to_have_text("Interruptions 1")
    expect(page.locator(".speakers .hint")).to_contain_text("The number of speakers is unsure")
    expect(page.locator(".speakers-foot")).to_have_text("Nobody speaks for 1 s · several at once for 1 s")
    expect(page.locator(".beside")).to_have_text("also speaking: Speaker 3")
    for row, head in ((0, 0), (1, 1), (2, 4)):
        assert colour(page.locator(".speaker-row").nth(row)) == colour(page.locator(".paragraph .speaker").nth(head))
    assert colour(page.locator(".beside i")) == colour(third)
    assert len({colour(row) for row in page.locator(".speaker-row").all()}) == 3


def test_a_click_on_a_lane_plays_that_moment(page: Page, site: Site) -> None:
    open_recording(page, site, spoken())
    wait_for_player(page, "audio.readyState > 1")
    lane = page.locator(".lane").nth(1)
    box = lane.bounding_box()
    assert box
    lane.click(position={"x": box["width"] * 0.7, "y": 5})
    wait_for_player(page, "Math.abs(audio.currentTime - 10.5) < 1.5 && !audio.paused")
    assert float(lane.evaluate("element => parseFloat(getComputedStyle(element).getPropertyValue('--at'))")) > 60


def test_renaming_by_keyboard_changes_everything(page: Page, site: Site) -> None:
    recording = spoken()
    open_recording(page, site, recording)
    tone = colour(page.locator(".speaker-row").nth(1))
    names(page).nth(1).focus()
    page.keyboard.press("F2")
    field = page.get_by_role("textbox", name="Rename Speaker 2")
    expect(field).to_be_focused()
    page.keyboard.type("Nobody")
    page.keyboard.press("Escape")
    expect(names(page).nth(1)).to_be_focused()
    expect(names(page).nth(1)).to_have_text("Speaker 2")
    page.keyboard.press("Enter")
    page.keyboard.type("  李娜 <i> k ")
    page.keyboard.press("Enter")
    expect(names(page)).to_have_text(["Speaker 1", "李娜 <i> k", "Speaker 3"])
    expect(names(page).nth(1)).to_be_focused()
    expect(heads(page)).to_have_text(["Speaker 1", "李娜 <i> k", "Speaker 1", "李娜 <i> k", "Speaker 3"])
    expect(page.locator(".question .who")).to_contain_text(["李娜 <i> k"])
    expect(page.locator(".toasts")).to_contain_text("Speaker 2 is now called 李娜 <i> k")
    expect(page.locator(".suggestion")).to_have_count(1)
    assert colour(page.locator(".speaker-row").nth(1)) == tone
    assert site.library.load(recording.id).transcript.speakers == ("Speaker 1", "李娜 <i> k", "Speaker 3")
    assert page.locator(".player audio").evaluate("audio => audio.paused")


def test_an_input_method_takes_its_own_enter(page: Page, site: Site) -> None:
    open_recording(page, site, spoken())
    names(page).first.click()
    field = page.get_by_role("textbox", name="Rename Speaker 1")
    field.fill("李")
    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    page.keyboard.insert_text("娜")
    page.keyboard.press("Enter")
    expect(names(page).first).to_have_text("李娜")


def test_a_name_is_changed_where_it_is_read(page: Page, site: Site) -> None:
    open_recording(page, site, spoken())
    heads(page).nth(3).click()
    page.keyboard.type("Wei")
    page.locator(".transcript").get_by_role("button", name="Save").click()
    expect(heads(page)).to_have_text(["Speaker 1", "Wei", "Speaker 1", "Wei", "Speaker 3"])
    expect(heads(page).nth(3)).to_be_focused()
    heads(page).nth(3).click()
    page.locator(".transcript").get_by_role("button", name="Cancel").click()
    expect(heads(page).nth(3)).to_be_focused()


def test_a_name_that_cannot_be(page: Page, site: Site) -> None:
    recording = spoken()
    open_recording(page, site, recording)
    names(page).first.click()
    page.keyboard.type("   ")
    page.keyboard.press("Enter")
    expect(names(page).first).to_have_text("Speaker 1")
    names(page).first.click()
    field = page.get_by_role("textbox", name="Rename Speaker 1")
    field.fill("\u200b")
    page.keyboard.press("Enter")
    expect(page.locator(".toasts")).to_contain_text("a name has at least one character")
    expect(field).to_be_focused()
    forget(site, 422)
    assert site.library.load(recording.id) == recording


def test_merging_asks_first(page: Page, site: Site) -> None:
    recording = spoken()
    open_recording(page, site, recording)
    merge = page.get_by_role("button", name="Merge Speaker 2 into another speaker")
    merge.click()
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text("All that Speaker 2 said")
    dialog.get_by_role("button", name="Merge").click(force=True)
    expect(dialog.get_by_role("button", name="Merge")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(merge).to_be_focused()
    assert site.library.load(recording.id) == recording
    page.keyboard.press("Enter")
    dialog.get_by_text("Speaker 1").click()
    dialog.get_by_role("button", name="Merge").click()
    expect(names(page)).to_have_text(["Speaker 1", "Speaker 3"])
    expect(names(page).first).to_be_focused()
    expect(heads(page)).to_have_text(["Speaker 1", "Speaker 3"])
    expect(page.locator(".note-warnings")).to_contain_text("Speaker 2 became the same speaker as Speaker 1")
    expect(page.get_by_role("button", name="Write the notes again")).to_be_visible()
    assert site.library.load(recording.id).transcript.speakers == ("Speaker 1", "Speaker 3")


def test_a_name_that_is_taken_is_a_merge(page: Page, site: Site) -> None:
    recording = spoken()
    open_recording(page, site, recording)
    names(page).nth(2).click()
    page.keyboard.type("Speaker 1")
    page.keyboard.press("Enter")
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text("Speaker 1 is a speaker already")
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("textbox", name="Rename Speaker 3")).to_be_focused()
    assert site.library.load(recording.id) == recording
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Merge").click()
    expect(names(page)).to_have_text(["Speaker 1", "Speaker 2"])


def test_suggestions_are_heard_taken_and_declined(page: Page, site: Site) -> None:
    recording = spoken()
    open_recording(page, site, recording)
    wait_for_player(page, "audio.readyState > 1")
    said, alike = page.locator(".suggestion").all()
    expect(said).to_contain_text("This may be Li Na: I'm Li Na <b>from</b> finance")
    expect(alike).to_contain_text("Sounds like Tom")
    expect(alike.get_by_role("button")).to_have_count(2)
    said.get_by_role("button", name="Play 00:03").click()
    wait_for_player(page, "audio.currentTime >= 3 && !audio.paused")
    page.get_by_role("button", name="Call Speaker 2 Li Na").click()
    expect(names(page)).to_have_text(["Speaker 1", "Li Na", "Speaker 3"])
    expect(heads(page).nth(1)).to_have_text("Li Na")
    wait_for_player(page, "audio.currentTime >= 3 && !audio.paused")
    page.get_by_role("button", name="Speaker 3 is not Tom").click()
    expect(page.locator(".suggestion")).to_have_count(0)
    expect(names(page).nth(2)).to_be_focused()
    now = site.library.load(recording.id).transcript
    assert now.speakers == ("Speaker 1", "Li Na", "Speaker 3")
    assert now.diarization
    assert now.diarization.suggestions == ()


def test_what_somebody_else_changed_meanwhile(page: Page, site: Site) -> None:
    recording = spoken()
    open_recording(page, site, recording)
    site.library.save(spoken(suggestions=()))
    page.get_by_role("button", name="Call Speaker 2 Li Na").click()
    expect(page.locator(".toasts")).to_contain_text("nobody suggested it")
    expect(page.locator(".suggestion")).to_have_count(0)
    expect(names(page).nth(1)).to_have_text("Speaker 2")
    forget(site, 422)


def test_the_panel_is_closed_where_nothing_is_to_decide(page: Page, site: Site) -> None:
    recording = spoken(suggestions=(), confidence=0.9)
    segments = [replace(one, speaker=f"Speaker {one.id + 1}") for one in recording.transcript.segments]
    turns = [replace(make_turn, speaker=f"Speaker {at + 1}") for at, make_turn in enumerate(turns_of(recording))]
    diarization = Diarization(turns=tuple(turns), count_confidence=0.9, model="fake")
    transcript = replace(recording.transcript, segments=tuple(segments), diarization=diarization)
    open_recording(page, site, replace(recording, transcript=transcript))
    expect(page.locator(".speakers summary")).to_have_text("Speakers: 5")
    expect(names(page).first).to_be_hidden()
    page.locator(".speakers summary").click()
    names(page).first.click()
    page.keyboard.type("Wei")
    page.keyboard.press("Enter")
    expect(names(page).first).to_have_text("Wei")
    expect(page.locator(".speakers .hint")).to_have_count(0)
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".speakers summary")).to_have_text("说话人：5 位")


def turns_of(recording: Recording) -> tuple[SpeakerTurn, ...]:
    assert recording.transcript.diarization
    return recording.transcript.diarization.turns


def test_a_recording_without_speakers_has_no_panel(page: Page, site: Site) -> None:
    open_recording(page, site, make_recording(media=make_media(name="review.wav", container="wav")))
    expect(page.locator(".sentence")).to_have_count(len(SENTENCES))
    expect(page.locator(".speakers")).to_have_count(0)


def test_speakers_on_a_phone(phone: Page, site: Site) -> None:
    recording = spoken()
    open_recording(phone, site, recording)
    phone.get_by_role("tab", name="Transcript").click()
    names(phone).first.click()
    long = "Dr. Maximiliane-Sophie von Hohenstein-Weizsäcker " + "x" * 40
    phone.keyboard.type(long)
    phone.locator(".speakers").get_by_role("button", name="Save").click()
    expect(names(phone).first).to_have_text(long)
    assert phone.evaluate("document.querySelector('.pane-text').scrollWidth") <= 390
    for part in (".speaker-top", ".lane", ".suggestion", ".talk"):
        box = phone.locator(part).first.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    expect(phone.locator(".pane-text")).to_be_visible()


def test_ten_hours_are_drawn_with_few_elements(page: Page, site: Site) -> None:
    count = 9000
    segments = tuple(
        make_segment(number, "Yes, of course.", start=number * 4.0, speaker=f"Speaker {number % 3 + 1}")
        for number in range(count)
    )
    turns = tuple(SpeakerTurn(start=one.start, end=one.end, speaker=one.speaker or "") for one in segments)
    diarization = Diarization(turns=turns, count_confidence=1.0, model="fake")
    transcript = make_transcript(segments=segments, diarization=diarization, duration=count * 4.0)
    open_recording(page, site, replace(spoken(), transcript=transcript))
    expect(page.locator(".speaker-row")).to_have_count(3)
    assert page.evaluate("document.querySelectorAll('.speakers *').length") < 150
    assert page.evaluate("document.querySelector('.lane path').getAttribute('d').length") < 40_000
