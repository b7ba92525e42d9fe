"""The page as people use it, in a real browser, with the work behind it faked."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from pipelines.diarize import SpeakerOptions
from pipelines.status import JobState
from tests.browser.conftest import Site, make_wave, wait_for_player
from tests.builders import SENTENCES, make_claim, make_media, make_notes, make_recording, make_segment, make_transcript
from tests.fake_jobs import make_job
from tingwu.domain.media import DecodeReport, TimeRange
from tingwu.domain.notes import Keyword
from tingwu.domain.notice import Notice, NoticeCode, damage
from tingwu.domain.recording import Recording
from tingwu.domain.transcript import Coverage, RangeProblem, ReportedRange
from tingwu.error_words import error_words
from tingwu.errors import LlmTimeout, NoAudioStream
from tingwu.progress import Step
from tingwu.speech.speakers import SpeakerCount

pytestmark = pytest.mark.browser

PAYLOADS = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "{{constructor.constructor('alert(1)')()}}",
    "</textarea><iframe src=https://evil.example>",
)


def keep(site: Site, recording: Recording) -> None:
    site.library.save(recording)
    site.library.keep_media(recording.id, site.sound)


def open_recording(page: Page, site: Site, recording: Recording) -> None:
    keep(site, recording)
    page.goto(f"{site.origin}/#/r/{recording.id}")
    page.wait_for_selector(".player")


def at(page: Page) -> float:
    return page.evaluate("document.querySelector('.player audio').currentTime")


def recording_with_sound(**changes: object) -> Recording:
    return make_recording(media=make_media(name="review.wav", container="wav"), **changes)


def test_from_file_to_recording(page: Page, site: Site, tmp_path: Path) -> None:
    page.select_option("#tingwu-language", "en")
    page.locator("label[for=tingwu-split]").click()
    page.set_input_files("#tingwu-files", make_wave(tmp_path / "budget <b>.wav", 2))
    row = page.locator(".job")
    expect(row).to_contain_text("budget <b>.wav")
    expect(row).to_contain_text("Waiting")
    assert [submitted[1:] for submitted in site.jobs.submitted] == [("budget <b>.wav", "en", True)]
    assert site.jobs.channels == ["split"]

    site.jobs.change(
        "job-1", state="running", step=Step.TRANSCRIBE, done=30.0, total=60.0, speed=12.0, seconds_left=90.0
    )
    expect(row).to_contain_text("Transcribing")
    expect(row).to_contain_text("50% · 12× real time · about 2 min left")
    page.reload()
    expect(page.locator(".job")).to_contain_text("Transcribing")

    page.get_by_role("button", name="Cancel").click()
    expect(row).to_contain_text("Cancelled")
    page.get_by_role("button", name="Continue").click()
    expect(row).to_contain_text("Waiting")

    keep(site, recording_with_sound())
    site.jobs.change("job-1", state="done", recording_id="0123456789abcdef")
    expect(page.locator(".card")).to_contain_text("Budget review")
    expect(page.locator(".job")).to_have_count(0)


def exact(number: int) -> SpeakerOptions:
    return SpeakerOptions(count=SpeakerCount(exact=number))


@pytest.mark.parametrize(
    ("choice", "speakers"),
    [(None, SpeakerOptions()), ("2", exact(2)), ("10", exact(10)), ("none", None)],
)
def test_how_speakers_are_told_apart(
    page: Page, site: Site, tmp_path: Path, choice: str | None, speakers: SpeakerOptions | None
) -> None:
    if choice:
        page.get_by_label("Speakers").select_option(choice)
    page.set_input_files("#tingwu-files", make_wave(tmp_path / "talk.wav", 2))
    expect(page.locator(".job")).to_contain_text("Waiting")
    assert site.jobs.speakers == [speakers]


def test_speakers_are_not_asked_for_where_each_channel_is_one(phone: Page, site: Site, tmp_path: Path) -> None:
    select, split = phone.get_by_label("Speakers"), phone.get_by_role("switch", name="A speaker per channel")
    select.focus()
    phone.keyboard.press("ArrowDown")
    expect(select).to_have_value("2")
    phone.keyboard.press("Tab")
    expect(split).to_be_focused()
    phone.keyboard.press("Space")
    expect(select).to_be_disabled()
    expect(select).to_have_accessible_description("Each channel is already one speaker.")
    assert phone.evaluate("document.getElementById('tingwu').scrollWidth") <= 390
    phone.set_input_files("#tingwu-files", make_wave(tmp_path / "call.wav", 2))
    expect(phone.locator(".job", has_text="Waiting")).to_have_count(1)
    phone.keyboard.press("Space")
    expect(select).to_be_enabled()
    expect(phone.get_by_text("Each channel is already one speaker.")).to_have_count(0)
    phone.set_input_files("#tingwu-files", make_wave(tmp_path / "talk.wav", 2))
    expect(phone.locator(".job", has_text="Waiting")).to_have_count(2)
    assert site.jobs.speakers == [None, exact(2)]
    assert site.jobs.channels == ["split", "mix"]


def test_a_language_that_the_model_does_not_know_is_refused_before_the_upload(
    page: Page, site: Site, tmp_path: Path
) -> None:
    site.jobs.unknown_language = "yue"
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.method == "PUT" else None)
    page.select_option("#tingwu-language", "yue")
    page.set_input_files("#tingwu-files", make_wave(tmp_path / "talk.wav", 2))
    expect(page.locator(".job")).to_contain_text("whisper-base does not know it; choose another language")
    assert sent == []
    site.complaints = [text for text in site.complaints if "status of 422" not in text]


def test_an_upload_outlives_a_lost_connection(page: Page, site: Site, tmp_path: Path) -> None:
    file = make_wave(tmp_path / "long.wav", 600)
    sent: list[str] = []

    def lose_the_second_chunk(route: Route) -> None:
        offset = route.request.url.partition("offset=")[2]
        sent.append(offset)
        if sent.count(offset) == 1 and offset != "0":
            route.abort()
        else:
            route.continue_()

    page.route("**/api/uploads/*?offset=*", lose_the_second_chunk)
    page.set_input_files("#tingwu-files", file)
    expect(page.locator(".job")).to_contain_text("Waiting")
    assert sent == ["0", "8388608", "8388608"], "only what was lost is sent again"
    assert site.jobs.submitted[0][0] == file.read_bytes()
    site.complaints = [text for text in site.complaints if "ERR_FAILED" not in text]


def refuse_the_second_chunk(page: Page, status: int) -> list[str]:
    """Once; returns what will be asked: the offsets of chunks, and DELETE."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        offset = route.request.url.partition("offset=")[2]
        if route.request.method == "PUT" and offset != "0" and offset not in asked:
            route.fulfill(status=status, json={"code": "output_full", "message": "No room today."})
        else:
            route.continue_()
        if route.request.method in ("PUT", "DELETE"):
            asked.append(offset or route.request.method)

    page.route("**/api/uploads/*", answer)
    page.route("**/api/uploads/*?offset=*", answer)
    return asked


@pytest.mark.parametrize("status", [401, 429, 503, 507])
def test_an_upload_that_is_refused_for_now_can_go_on(page: Page, site: Site, tmp_path: Path, status: int) -> None:
    file = make_wave(tmp_path / "long.wav", 600)
    asked = refuse_the_second_chunk(page, status)
    page.set_input_files("#tingwu-files", file)
    expect(page.locator(".job")).to_contain_text("Signed out" if status == 401 else "No room today.")
    assert asked == ["0", "8388608"]
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".job")).to_contain_text("Waiting")
    assert asked[:3] == ["0", "8388608", "8388608"], "only what was refused is sent again"
    assert site.jobs.submitted[0][0] == file.read_bytes()
    site.complaints = [text for text in site.complaints if f"status of {status}" not in text]


def test_an_upload_that_is_refused_for_now_can_be_given_up(page: Page, site: Site, tmp_path: Path) -> None:
    asked = refuse_the_second_chunk(page, 507)
    page.set_input_files("#tingwu-files", make_wave(tmp_path / "long.wav", 600))
    expect(page.locator(".job")).to_contain_text("No room today.")
    with page.expect_response(lambda response: response.request.method == "DELETE"):
        page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".job")).to_have_count(0)
    assert asked == ["0", "8388608", "DELETE"]
    assert site.jobs.submitted == []
    site.complaints = [text for text in site.complaints if "status of 507" not in text]


def test_a_citation_plays_its_moment(page: Page, site: Site) -> None:
    open_recording(page, site, recording_with_sound())
    assert at(page) == 0
    page.locator(".note-summary .chip").click()
    wait_for_player(page, "audio.currentTime >= 6")
    assert 6 <= at(page) < 9
    expect(page.locator(".note-summary blockquote")).to_have_text(SENTENCES[2])
    expect(page.locator(".sentence.lit")).to_have_text(SENTENCES[2])
    page.locator(".sentence").nth(4).click()
    wait_for_player(page, "audio.currentTime >= 12")
    expect(page.locator(".sentence.lit")).to_have_text(SENTENCES[4])


def test_keys_move_the_player(page: Page, site: Site) -> None:
    open_recording(page, site, recording_with_sound())
    wait_for_player(page, "audio.readyState >= 1")
    page.keyboard.press("l")
    wait_for_player(page, "audio.currentTime > 14")
    page.keyboard.press("j")
    wait_for_player(page, "audio.currentTime < 1")
    page.keyboard.press("Space")
    wait_for_player(page, "!audio.paused")


def test_quotes_and_gaps_are_told_as_such(page: Page, site: Site) -> None:
    decode = DecodeReport(duration=15.0, declared_duration=75.0, complete=False)
    doubt = (ReportedRange(start=3.0, end=5.0, problem=RangeProblem.LOW_CONFIDENCE),)
    coverage = Coverage(speech_seconds=15, covered_seconds=12, missed=make_transcript().coverage.missed, suspect=doubt)
    open_recording(page, site, recording_with_sound(decode=decode, transcript=make_transcript(coverage=coverage)))
    expect(page.locator(".note-chapters .claim", has=page.locator(".tag"))).to_contain_text(SENTENCES[3])
    expect(page.locator(".banner")).to_contain_text("00:15 of 01:15 could be read")
    expect(page.locator(".missed")).to_contain_text("no words were recognised")
    expect(page.locator(".sentence.doubt")).to_have_text(SENTENCES[1])


def test_everything_from_outside_is_text(page: Page, site: Site) -> None:
    segments = tuple(make_segment(number, text, speaker=text) for number, text in enumerate(PAYLOADS))
    claims = tuple(make_claim(text, 0) for text in PAYLOADS)
    said = tuple(Notice(code=NoticeCode.FOREIGN, values=(text,)) for text in PAYLOADS)
    notes = make_notes(
        title=PAYLOADS[0],
        summary=claims,
        decisions=claims,
        keywords=tuple(Keyword(text=text, times=(1.0,)) for text in PAYLOADS),
        warnings=said,
        model=PAYLOADS[1],
    )
    transcript = make_transcript(segments=segments, warnings=said)
    hostile = recording_with_sound(transcript=transcript, notes=notes)
    hostile = replace(hostile, media=replace(hostile.media, name=PAYLOADS[0]))
    open_recording(page, site, hostile)
    for text in PAYLOADS:
        assert page.get_by_text(text, exact=True).count() >= 3
    page.goto(f"{site.origin}/#/")
    expect(page.locator(".card h3")).to_have_text(PAYLOADS[0])
    assert page.locator("#tingwu :is(img, iframe, script)").count() == 0


def test_language_and_theme_are_kept(page: Page, site: Site) -> None:
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("录音进来，文字和笔记出来")
    page.get_by_role("button", name="切换深色和浅色").click()
    page.reload()
    expect(page.locator("h1")).to_have_text("录音进来，文字和笔记出来")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_bar_keeps_the_keyboards_focus(page: Page, site: Site) -> None:
    for name, then in (("Switch between light and dark", "Switch between light and dark"), ("中文", "English")):
        page.get_by_role("button", name=name).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name=then)).to_be_focused()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_what_the_server_says_changes_with_the_language(page: Page, site: Site) -> None:
    site.jobs.states["job-1"] = make_job(state=JobState.FAILED, error=NoAudioStream("a.mp4"))
    page.reload()  # an idle page asks for jobs only every five seconds
    expect(page.locator(".job")).to_contain_text("'a.mp4' has no such sound track")
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".job")).to_contain_text("文件“a.mp4”中没有所选的音轨")

    stopped = Notice(code=NoticeCode.NO_MODEL, values=(error_words(LlmTimeout("qwen")),))
    decode = DecodeReport(duration=10, declared_duration=15, complete=False)
    damaged = damage(decode)
    assert damaged
    transcript = make_transcript(warnings=(damaged, Notice(code=NoticeCode.NO_SPEECH)))
    open_recording(
        page, site, recording_with_sound(decode=decode, transcript=transcript, notes=make_notes(warnings=(stopped,)))
    )
    expect(page.locator(".banner")).to_have_count(2)
    expect(page.locator(".banner").first).to_contain_text("应有 00:15，实际读出 00:10")
    expect(page.locator(".banner").last).to_have_text("这段录音里没有听到有人说话。")
    expect(page.locator(".notes .hint")).to_have_text("笔记都是原话，原因：语言模型“qwen”没有响应。")
    page.get_by_role("button", name="English").click()
    expect(page.locator(".banner").last).to_have_text("No speech was found in this recording.")
    expect(page.locator(".notes .hint")).to_contain_text("language model 'qwen' stopped answering")


@pytest.mark.parametrize(
    "warning",
    [
        Notice(code=NoticeCode.NO_MODEL, values=("x",)),
        Notice(code=NoticeCode.MODEL_NEVER_BEGAN, values=("x",)),
        Notice(code=NoticeCode.MODEL_STOPPED, values=("1", "9", "x")),
        Notice(code=NoticeCode.TRANSCRIPT_CHANGED, values=("00:14-00:15",)),
    ],
    ids=lambda warning: warning.code,
)
def test_notes_without_a_model_can_be_written_again(page: Page, site: Site, warning: Notice) -> None:
    open_recording(page, site, recording_with_sound(notes=make_notes(warnings=(warning,))))
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.locator(".note-warnings").get_by_role("button", name="Write the notes again").click()
    expect(page.locator(".pane-notes")).to_contain_text("The notes are being written")
    assert [job.name for job in site.jobs.list()] == ["notes on 0123456789abcdef"]
    keep(site, recording_with_sound())
    site.jobs.change("job-1", state="done", recording_id="0123456789abcdef")
    expect(page.locator(".note-summary")).to_be_visible()
    expect(page.get_by_role("button", name="Write the notes again")).to_have_count(0)


def recording_with_gaps() -> Recording:
    doubt = (ReportedRange(start=3.0, end=5.0, problem=RangeProblem.LOW_CONFIDENCE),)
    coverage = Coverage(speech_seconds=15, covered_seconds=14, missed=make_transcript().coverage.missed, suspect=doubt)
    return recording_with_sound(transcript=make_transcript(coverage=coverage))


def test_a_gap_is_transcribed_again(page: Page, site: Site) -> None:
    recording = recording_with_gaps()
    open_recording(page, site, recording)
    gaps = page.locator(".gaps")
    expect(gaps.locator("summary")).to_have_text("Places without words, or with unsure ones: 2")
    button = gaps.get_by_role("button", name="Try again 00:14–00:15")
    button.focus()
    with page.expect_response("**/redo"):
        page.keyboard.press("Enter")
    expect(gaps.get_by_role("status")).to_contain_text("Listening again")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    assert site.jobs.redone == [(recording.id, (TimeRange(start=14, end=15),))], "asked once"
    site.jobs.change("job-1", state=JobState.RUNNING, step=Step.TRANSCRIBE, done=1.0, total=4.0)
    expect(gaps.get_by_role("status")).to_have_text("Listening again 25%")
    expect(page.locator(".note-summary")).to_be_visible()
    heard = make_transcript((*SENTENCES, "One more thing."), coverage=replace(recording.transcript.coverage, missed=()))
    changed = make_notes(warnings=(Notice(code=NoticeCode.TRANSCRIPT_CHANGED, values=("00:14-00:15",)),))
    site.library.save(replace(recording, transcript=heard, notes=changed))
    site.jobs.change("job-1", state=JobState.DONE)
    expect(page.locator(".sentence").last).to_have_text("One more thing.")
    expect(gaps.locator("summary")).to_have_text("Places without words, or with unsure ones: 1")
    expect(gaps).to_be_focused()
    expect(page.locator(".note-warnings")).to_contain_text("The transcript was changed at 00:14-00:15")
    expect(page.get_by_role("button", name="Write the notes again")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".gaps").get_by_role("button", name="再试一次 00:03–00:05")).to_be_visible()
    expect(page.locator(".note-warnings")).to_contain_text("以下时间的文字有改动：00:14-00:15")


def test_gaps_that_stay_are_said_and_can_be_tried_again(page: Page, site: Site) -> None:
    open_recording(page, site, recording_with_gaps())
    with page.expect_response("**/redo"):
        page.get_by_role("button", name="Try all again").click()
    expect(page.locator(".gaps-status")).to_contain_text("Listening again")
    assert [ranges for _, ranges in site.jobs.redone] == [
        (TimeRange(start=3, end=5), TimeRange(start=14, end=15)),
    ]
    site.jobs.change("job-1", state=JobState.DONE)
    expect(page.locator(".toasts")).to_contain_text("nothing was changed")
    expect(page.get_by_role("button", name="Try all again")).to_have_attribute("aria-disabled", "false")
    with page.expect_response("**/redo"):
        page.get_by_role("button", name="Try again 00:03–00:05").click()
    site.jobs.change("job-2", state=JobState.FAILED, error=NoAudioStream("review.wav"))
    expect(page.locator(".toasts")).to_contain_text("review.wav")
    expect(page.locator(".gaps-status")).to_be_empty()


def test_notes_are_written_now(page: Page, site: Site) -> None:
    open_recording(page, site, recording_with_sound(notes=None))
    page.get_by_role("button", name="Write them now").click()
    expect(page.locator(".pane-notes")).to_contain_text("The notes are being written")
    keep(site, recording_with_sound())
    site.jobs.change("job-1", state="done", recording_id="0123456789abcdef")
    expect(page.locator(".note-summary")).to_be_visible()


def test_on_a_phone(phone: Page, site: Site) -> None:
    open_recording(phone, site, recording_with_sound())
    expect(phone.locator(".pane-notes")).to_be_visible()
    expect(phone.locator(".pane-text")).to_be_hidden()
    phone.get_by_role("tab", name="Transcript").click()
    expect(phone.locator(".sentence").first).to_be_visible()
    player = phone.locator(".player").bounding_box()
    assert player
    assert player["y"] + player["height"] == pytest.approx(844, abs=1), "the player stays in reach"
    for address in ("#/r/0123456789abcdef", "#/"):
        phone.goto(f"{site.origin}/{address}")
        assert phone.evaluate("document.getElementById('tingwu').scrollWidth") <= 390


def test_ten_thousand_sentences(page: Page, site: Site) -> None:
    sentences = tuple(f"Sentence number {number} of a very long day." for number in range(10_000))
    open_recording(page, site, recording_with_sound(transcript=make_transcript(sentences), notes=None))
    assert page.locator(".sentence").count() == 10_000
    seconds = page.evaluate(
        """async () => {
            const pane = document.querySelector(".pane-text");
            const start = performance.now();
            for (let step = 1; step <= 10; step += 1) {
                pane.scrollTop = (pane.scrollHeight * step) / 10;
                await new Promise(requestAnimationFrame);
            }
            return (performance.now() - start) / 1000;
        }"""
    )
    assert seconds < 5, "ten jumps through the whole day"


def test_deleting_asks_first(page: Page, site: Site) -> None:
    open_recording(page, site, recording_with_sound())
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Keep").click()
    assert len(site.library.list()) == 1
    page.get_by_role("button", name="Delete").click()
    page.locator("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator(".empty")).to_contain_text("No recordings yet")
    assert site.library.list() == ()


def test_downloads(page: Page, site: Site) -> None:
    open_recording(page, site, recording_with_sound())
    page.locator(".dropdown summary").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="SRT").click()
    assert download.value.suggested_filename == "review.srt"
    assert SENTENCES[0] in Path(download.value.path()).read_text(encoding="utf-8").replace("\n", " ")
