"""The command line as users meet it, with jobs that are scripted."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import get_type_hints

import pytest
from typer.testing import CliRunner, Result

from pipelines.diarize import SpeakerOptions
from pipelines.settings import Settings
from pipelines.sound import TranscribeOptions
from pipelines.status import JobState, JobStatus
from pipelines.understand import UnderstandOptions
from tests.builders import make_media, make_notes, make_recording, make_transcript
from tingwu.domain.media import TimeRange
from tingwu.domain.notice import Notice, NoticeCode
from tingwu.domain.recording import Recording
from tingwu.errors import EmptyMedia, RecordingNotFound, TingwuError, UnreadableMedia
from tingwu.progress import Step
from tingwu.speech.glossary import Entry, Glossary
from tingwu.speech.redo_ranges import Redo
from tingwu.speech.speakers import SpeakerCount
from tingwu.store.library import Library
from tingwu.text.chapters import Granularity
from tingwu.writers import FORMATS
from tingwu.writers.options import WriteOptions
from tingwu.writers.whisper_json import whisper_json
from ui.cli import app
from ui.cli_edge import Edge
from ui.cli_flags import NotesFlags, TranscribeFlags
from ui.cli_foreign import FOREIGN

STATUS = JobStatus(
    id="job-1",
    name="talk.mp3",
    state=JobState.RUNNING,
    created="2026-01-01T10:00:00+00:00",
    step=Step.TRANSCRIBE,
    done=30.0,
    total=60.0,
    speed=3.0,
    seconds_left=10.0,
)


@dataclass
class ScriptedJobs:
    """Jobs that answer with `recording`, or fail for the names in `failures`; remembers what it was asked."""

    library: Library
    recording: Recording
    failures: dict[str, BaseException] = field(default_factory=dict)
    asked: list[tuple[str, TranscribeOptions | None, UnderstandOptions | None]] = field(default_factory=list)
    settings: Settings | None = None
    left_with: list[int] = field(default_factory=list)
    redone: list[Redo | None] = field(default_factory=list)
    speakers: list[SpeakerOptions | None] = field(default_factory=list)

    def submit(
        self,
        source: Path,
        *,
        transcribe: TranscribeOptions,
        notes: UnderstandOptions | None,
        redo: Redo | None = None,
        speakers: SpeakerOptions | None = None,
    ) -> str:
        self.asked.append((source.name, transcribe, notes))
        self.redone.append(redo)
        self.speakers.append(speakers)
        return source.name

    def submit_notes(self, recording_id: str, notes: UnderstandOptions) -> str:
        self.asked.append((recording_id, None, notes))
        return recording_id

    def wait(self, job_id: str, on_status: Callable[[JobStatus], None]) -> Recording:
        on_status(STATUS)
        if job_id in self.failures:
            raise self.failures[job_id]
        return self.recording

    @contextmanager
    def open(self, settings: Settings) -> Iterator["ScriptedJobs"]:
        self.settings = settings
        yield self


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScriptedJobs:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TINGWU_DATA_DIR", str(tmp_path / "data"))
    return ScriptedJobs(library=Library(tmp_path / "data" / "recordings"), recording=make_recording())


def run(jobs: ScriptedJobs, *args: str) -> Result:
    edge = Edge(open_jobs=jobs.open, leave=jobs.left_with.append)
    return CliRunner().invoke(app, list(args), obj=edge)


def media(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(b"sound")


def test_transcribe_writes_whispers_files_and_names_them_on_stdout(jobs: ScriptedJobs) -> None:
    media("talk.mp3")
    result = run(jobs, "transcribe", "talk.mp3")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == ["talk.txt", "talk.vtt", "talk.srt", "talk.tsv", "talk.json"]
    assert Path("talk.txt").read_text().startswith("Good morning")
    assert "talk.mp3: transcribing 50%, 3.0 x real time, 00:10 left" in result.stderr
    assert "talk.mp3: Speech was heard but no text was found at 00:14-00:15." in result.stderr


def test_the_terminal_speaks_english_and_the_files_the_language_of_the_recording(jobs: ScriptedJobs) -> None:
    media("talk.mp3")
    transcript = make_transcript(("谁来付钱？",), language="zh", warnings=(Notice(code=NoticeCode.NO_SPEECH),))
    jobs.recording = make_recording(transcript=transcript, notes=None)
    result = run(jobs, "transcribe", "talk.mp3", "--output_format", "md")
    assert "talk.mp3: No speech was found in this recording." in result.stderr
    assert "> **注意：** 这段录音里没有听到有人说话。" in Path("talk.md").read_text(encoding="utf-8")


def test_options_reach_the_job(jobs: ScriptedJobs) -> None:
    media("a.mp3")
    result = run(
        jobs, "transcribe", "a.mp3", "--model", "whisper-tiny", "--language", "Chinese", "--task", "translate",
        "--beam-size", "3", "--batch_size", "2", "--initial_prompt", "会议", "--hotwords", "Tingwu",
        "--word_timestamps", "False", "--script", "traditional", "--device", "cpu", "--threads", "2",
        "--channels", "split",
        "--model_dir", "weights", "--compute_type", "int8", "--local_files_only", "True", "-o", "out", "-f", "srt",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    (name, options, notes) = jobs.asked[0]
    assert name == "a.mp3"
    assert notes is None
    assert options
    assert options.model == "whisper-tiny"
    assert (options.script, options.channels) == ("traditional", "split")
    assert options.asr.language == "zh"
    assert (options.asr.task, options.asr.beam_size, options.asr.batch_size) == ("translate", 3, 2)
    assert (options.asr.initial_prompt, options.asr.hotwords) == ("会议", "Tingwu")
    assert options.asr.word_timestamps is False
    assert jobs.settings
    assert (jobs.settings.device, jobs.settings.threads, jobs.settings.compute_type) == ("cpu", 2, "int8")
    assert jobs.settings.offline
    assert jobs.settings.models_dir == Path("weights").absolute()
    assert result.stdout == "out/a.srt\n"


@pytest.mark.parametrize("command", ["transcribe", "notes"])
def test_the_glossary_reaches_the_job(jobs: ScriptedJobs, command: str) -> None:
    media("a.mp3")
    Path("terms.txt").write_text("苏晴: 苏情\n", encoding="utf-8")
    assert run(jobs, command, "a.mp3", "--glossary", "terms.txt").exit_code == 0
    (_, options, _) = jobs.asked[0]
    assert options
    assert options.glossary == Glossary(entries=(Entry(canonical="苏晴", aliases=("苏情",)),))


def test_a_bad_glossary_is_refused_before_any_work(jobs: ScriptedJobs) -> None:
    media("a.mp3")
    Path("terms.txt").write_text("A: B\nB: A\n", encoding="utf-8")
    result = run(jobs, "transcribe", "a.mp3", "--glossary", "terms.txt")
    assert result.exit_code == 2
    assert "lines 1 and 2 both claim 'B'" in result.stderr
    assert jobs.asked == []


def test_cue_options_reach_the_files(jobs: ScriptedJobs) -> None:
    media("a.mp3")
    run(jobs, "transcribe", "a.mp3", "-f", "srt", "--max_line_width", "12", "--max-line-count", "1")
    lines = [line for line in Path("a.srt").read_text().splitlines() if line and "-->" not in line]
    assert max(map(len, lines)) <= 12


def test_folders_patterns_and_names_that_meet(jobs: ScriptedJobs) -> None:
    media("in/b.wav", "in/deep/a.MP3", "in/a.mp3", "in/notes.txt", "x1.ogg", "x2.ogg")
    result = run(jobs, "transcribe", "in", "x*.ogg", "in/b.wav", "-o", "out", "-f", "txt")
    assert [asked[0] for asked in jobs.asked] == ["a.mp3", "b.wav", "a.MP3", "x1.ogg", "x2.ogg"]
    assert result.stdout.splitlines() == [
        "out/a.txt", "out/b.txt", "out/a.MP3.txt", "out/x1.txt", "out/x2.txt",
    ]  # fmt: skip


def test_one_failure_does_not_stop_the_others(jobs: ScriptedJobs) -> None:
    media("good.mp3", "bad.mp3", "worse.mp3")
    jobs.failures = {"bad.mp3": UnreadableMedia("bad.mp3"), "worse.mp3": EmptyMedia("worse.mp3")}
    result = run(jobs, "transcribe", "bad.mp3", "missing.mp3", "worse.mp3", "good.mp3", "-f", "txt")
    assert result.exit_code == 3
    assert result.stdout == "good.txt\n"
    assert "bad.mp3: 'bad.mp3' is no audio or video that can be read" in result.stderr
    table = result.stderr[result.stderr.index("file ") :]
    assert "failed: unreadable" in table
    assert "failed: media_not_found" in table
    assert "1 files" in table


def test_an_error_nobody_foresaw_does_not_stop_the_others(jobs: ScriptedJobs, caplog: pytest.LogCaptureFixture) -> None:
    media("odd.mp3", "good.mp3")
    jobs.failures = {"odd.mp3": ValueError("a secret")}
    result = run(jobs, "transcribe", "odd.mp3", "good.mp3", "-f", "txt")
    assert result.exit_code == 1
    assert result.stdout == "good.txt\n"
    assert "odd.mp3: unexpected error (ValueError); the log has the details" in result.stderr
    assert "failed: error" in result.stderr
    assert "a secret" in caplog.text


def test_nothing_to_do_opens_no_jobs(jobs: ScriptedJobs) -> None:
    assert run(jobs, "transcribe", "missing.mp3").exit_code == 3
    assert jobs.settings is None


def test_existing_results_are_left(jobs: ScriptedJobs) -> None:
    media("a.mp3", "b.mp3")
    Path("a.txt").write_text("old")
    result = run(jobs, "transcribe", "a.mp3", "b.mp3", "-f", "txt", "--skip-existing")
    assert result.exit_code == 0
    assert result.stdout == "b.txt\n"
    assert "a.mp3: left as it is, results exist" in result.stderr
    assert Path("a.txt").read_text() == "old"
    run(jobs, "transcribe", "a.mp3", "-f", "txt")
    assert Path("a.txt").read_text() != "old"


def test_quiet_says_only_results(jobs: ScriptedJobs) -> None:
    media("a.mp3", "b.mp3")
    result = run(jobs, "transcribe", "a.mp3", "b.mp3", "-f", "txt", "--quiet")
    assert (result.stdout, result.stderr) == ("a.txt\nb.txt\n", "")


def lines_of(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stderr.splitlines()]


def test_json_progress_is_lines_of_json(jobs: ScriptedJobs) -> None:
    media("a.mp3")
    result = run(jobs, "transcribe", "a.mp3", "-f", "txt", "--json_progress")
    text = "Speech was heard but no text was found at 00:14-00:15."
    assert lines_of(result) == [
        {
            "event": "progress",
            "file": "a.mp3",
            "job": "job-1",
            "state": "running",
            "step": "transcribe",
            "done": 30.0,
            "total": 60.0,
            "speed": 3.0,
            "seconds_left": 10.0,
            "latest": "",
        },
        {"event": "warning", "file": "a.mp3", "message": text},
        {"event": "done", "file": "a.mp3", "outputs": ["a.txt"]},
        {"event": "end", "done": 1, "failed": 0},
    ]


def test_everything_is_json_for_programs(jobs: ScriptedJobs) -> None:
    media("bad\n.mp3", "odd.mp3", "old.mp3", "good.mp3")
    Path("old.txt").write_text("old")
    jobs.failures = {"bad\n.mp3": UnreadableMedia("bad\n.mp3"), "odd.mp3": ValueError("a secret")}
    names = ("missing.mp3", "bad\n.mp3", "odd.mp3", "old.mp3", "good.mp3")
    flags = ("--json_progress", "--skip_existing", "--fp16", "False", "--vad_filter", "False")
    result = run(jobs, "transcribe", *names, "-f", "txt", *flags)
    assert result.exit_code == 3
    lines = [line for line in lines_of(result) if line["event"] != "progress"]
    assert [(line["event"], line.get("file"), line.get("code")) for line in lines] == [
        ("warning", None, None),
        ("warning", None, None),
        ("failed", "missing.mp3", "media_not_found"),
        ("skipped", "old.mp3", None),
        ("failed", "bad\n.mp3", "unreadable"),
        ("failed", "odd.mp3", "error"),
        ("warning", "good.mp3", None),
        ("done", "good.mp3", None),
        ("end", None, None),
    ]
    assert lines[-1] == {"event": "end", "done": 2, "failed": 3}


def test_what_ends_everything_is_json_for_programs(jobs: ScriptedJobs) -> None:
    media("a.mp3")
    assert lines_of(run(jobs, "transcribe", "a.mp3", "--json_progress", "-f", "pdf"))[0]["code"] == "invalid_option"
    jobs.failures = {"a.mp3": KeyboardInterrupt()}
    assert lines_of(run(jobs, "transcribe", "a.mp3", "--json_progress"))[-1]["event"] == "stopped"


def test_ctrl_c_says_what_is_kept_and_leaves_at_once(jobs: ScriptedJobs) -> None:
    media("a.mp3", "b.mp3")
    jobs.failures = {"a.mp3": KeyboardInterrupt()}
    result = run(jobs, "transcribe", "a.mp3", "b.mp3", "-f", "txt")
    assert result.exit_code == 130
    assert jobs.left_with == [130]
    assert [asked[0] for asked in jobs.asked] == ["a.mp3"]
    assert "Finished work is kept; the same command goes on from there." in result.stderr


def test_ctrl_c_anywhere_else_is_130(jobs: ScriptedJobs) -> None:
    media("a.mp3")

    def interrupted(settings: Settings) -> ScriptedJobs:
        raise KeyboardInterrupt

    result = CliRunner().invoke(app, ["transcribe", "a.mp3"], obj=Edge(open_jobs=interrupted))  # pyright: ignore
    assert result.exit_code == 130
    assert "cancelled; finished work is kept" in result.stderr


@pytest.mark.parametrize(
    "flags",
    [
        ("--translate_to", "en"),
        ("--bilingual", "source_first"),
        ("--clip_timestamps", "0,10"),
    ],
)
def test_what_is_not_there_yet_is_refused(jobs: ScriptedJobs, flags: tuple[str, ...]) -> None:
    media("a.mp3")
    result = run(jobs, "transcribe", "a.mp3", *flags)
    assert result.exit_code == 2
    assert "not available yet" in result.stderr
    assert jobs.asked == []


@pytest.mark.parametrize(
    ("flags", "option"),
    [
        (("-f", "pdf"), "output_format"),
        (("--language", "Klingon!"), "language"),
        (("--device", "toaster"), "--device"),
        (("--beam_size", "0"), "--beam_size"),
        (("--beam_size", "21"), "--beam_size"),
        (("--batch_size", "257"), "--batch_size"),
        (("--no_such_flag",), "--no_such_flag"),
    ],
)
def test_wrong_options_are_named(jobs: ScriptedJobs, flags: tuple[str, ...], option: str) -> None:
    media("a.mp3")
    result = run(jobs, "transcribe", "a.mp3", *flags)
    assert result.exit_code == 2
    assert option in result.stderr


@pytest.mark.parametrize(
    ("flags", "redo"),
    [
        ((), None),
        (("--redo_ranges",), Redo(reported="all")),
        (("--redo_ranges", "missed"), Redo(reported="missed")),
        (("--redo_ranges", "2:00-2:13"), Redo(ranges=(TimeRange(start=120, end=133),))),
    ],
)
def test_ranges_to_redo_reach_the_job(jobs: ScriptedJobs, flags: tuple[str, ...], redo: Redo | None) -> None:
    media("a.mp3")
    result = run(jobs, "transcribe", "a.mp3", *flags)
    assert result.exit_code == 0, result.output
    assert jobs.redone == [redo]
    assert Path("a.srt").exists()


@pytest.mark.parametrize("command", ["transcribe", "notes"])
@pytest.mark.parametrize(
    ("flags", "speakers"),
    [
        ((), None),
        (("--no_diarize",), None),
        (("--no_speaker_profiles",), None),
        (("--diarize",), SpeakerOptions()),
        (("--diarize", "True"), SpeakerOptions()),
        (("--diarize", "--speaker_profiles", "False"), SpeakerOptions(profiles=False)),
        (("--diarize", "--num_speakers", "3"), SpeakerOptions(count=SpeakerCount(exact=3))),
        (("--num-speakers=100",), SpeakerOptions(count=SpeakerCount(exact=100))),
        (("--min_speakers", "2"), SpeakerOptions(count=SpeakerCount(least=2))),
        (("--min_speakers", "2", "--max-speakers", "2"), SpeakerOptions(count=SpeakerCount(least=2, most=2))),
    ],
)
def test_speakers_reach_the_job(
    jobs: ScriptedJobs, command: str, flags: tuple[str, ...], speakers: SpeakerOptions | None
) -> None:
    media("a.mp3")
    result = run(jobs, command, "a.mp3", *flags)
    assert result.exit_code == 0, result.output
    assert jobs.speakers == [speakers]


@pytest.mark.parametrize("command", ["transcribe", "notes"])
@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (("--num_speakers", "0"), "num_speakers cannot be '0': choose 1 to 100"),
        (("--diarize", "--num_speakers=-1"), "num_speakers cannot be '-1': choose 1 to 100"),
        (("--num_speakers", "999"), "num_speakers cannot be '999': choose 1 to 100"),
        (("--min_speakers", "0"), "min_speakers cannot be '0': choose 1 to 100"),
        (("--max_speakers", "101"), "max_speakers cannot be '101': choose 1 to 100"),
        (
            ("--min_speakers", "3", "--max_speakers", "2"),
            "min_speakers cannot be '3': it is more than max_speakers, 2",
        ),
    ],
)
def test_numbers_of_speakers_that_cannot_be(
    jobs: ScriptedJobs, command: str, flags: tuple[str, ...], says: str
) -> None:
    media("a.mp3")
    result = run(jobs, command, "a.mp3", *flags)
    assert result.exit_code == 2
    assert says in result.stderr
    assert jobs.asked == []


def test_speakers_are_told_apart_by_voice_or_by_channel(jobs: ScriptedJobs) -> None:
    media("a.mp3")
    result = run(jobs, "transcribe", "a.mp3", "--diarize", "--channels", "split")
    assert result.exit_code == 0
    assert "--diarize does nothing with --channels split: each channel is one speaker's" in result.stderr
    assert jobs.speakers == [None]


@pytest.mark.parametrize("ranges", ["abc", "9-3", "5-5", "1-9,5-12", ""])
def test_ranges_that_cannot_be_are_named(jobs: ScriptedJobs, ranges: str) -> None:
    media("a.mp3")
    result = run(jobs, "transcribe", "a.mp3", f"--redo_ranges={ranges}")
    assert result.exit_code == 2
    assert "redo_ranges cannot be" in result.stderr
    assert jobs.asked == []


def test_foreign_flags_are_said_and_do_nothing(jobs: ScriptedJobs) -> None:
    media("a.mp3")
    flags = ["--fp16", "False", "--temperature=0.2", "--condition-on-previous-text", "True", "--suppress_tokens", "-1"]
    result = run(jobs, "transcribe", *flags, "a.mp3", "-f", "txt", "--vad_filter", "False")
    assert result.exit_code == 0
    assert [line.split(":")[0] for line in result.stderr.splitlines()[:5]] == [
        "--fp16 does nothing here",
        "--temperature does nothing here",
        "--condition_on_previous_text does nothing here",
        "--suppress_tokens does nothing here",
        "--vad_filter False does nothing here",
    ]


def test_names_cannot_play_with_the_terminal(jobs: ScriptedJobs) -> None:
    name = "[red]a\x1b[2J\n.mp3"
    media(name)
    jobs.failures = {name: UnreadableMedia(name)}
    result = run(jobs, "transcribe", name, "missing.mp3", "-f", "txt")
    assert "\x1b" not in result.stderr
    assert "[red]a [2J .mp3" in result.stderr


def test_names_that_are_no_unicode_come_out_as_they_are(jobs: ScriptedJobs) -> None:
    name = b"caf\xe9.mp3".decode(errors="surrogateescape")
    media(name)
    result = run(jobs, "transcribe", name, "-f", "txt")
    assert result.stdout_bytes == b"caf\xe9.txt\n"


def test_notes_on_media(jobs: ScriptedJobs) -> None:
    media("talk.mp3")
    flags = ["--granularity", "fine", "--llm", "none", "--summary_language", "en"]
    result = run(jobs, "notes", "talk.mp3", "-o", "out", *flags)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == ["out/talk.md", "out/talk.json"]
    (_, options, notes) = jobs.asked[0]
    assert options
    assert notes
    assert (notes.llm, notes.notes.granularity, notes.notes.language) == ("none", Granularity.FINE, "en")


def test_notes_on_a_transcript_do_not_replace_it(jobs: ScriptedJobs) -> None:
    text = whisper_json(make_recording(notes=None), WriteOptions())
    Path("talk.json").write_text(text)
    result = run(jobs, "notes", "talk.json", "-f", "md,json")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == ["talk-notes.md", "talk-notes.json"]
    assert Path("talk.json").read_text() == text
    recording_id = jobs.asked[0][0]
    kept = jobs.library.load(recording_id)
    assert kept.transcript.text == make_transcript().text
    assert kept.media.name == "talk.json"
    again = replace(kept, notes=make_notes())
    jobs.library.save(again)
    run(jobs, "notes", "talk.json", "-f", "md")
    assert jobs.library.load(recording_id) == again


def test_notes_on_a_recording_of_the_library(jobs: ScriptedJobs) -> None:
    jobs.library.save(make_recording(media=make_media(name="talk.mp3")))
    result = run(jobs, "notes", "0123456789abcdef", "-f", "md")
    assert result.stdout == "0123456789abcdef.md\n"
    assert jobs.asked[0][0] == "0123456789abcdef"


@pytest.mark.parametrize(
    ("source", "content", "code"),
    [("no-such-id", None, 3), ("bad.json", "{}", 8), ("folder", None, 3)],
)
def test_notes_on_nothing(jobs: ScriptedJobs, source: str, content: str | None, code: int) -> None:
    if content is not None:
        Path(source).write_text(content)
    assert run(jobs, "notes", source).exit_code == code


def test_notes_template_is_not_there_yet(jobs: ScriptedJobs) -> None:
    assert run(jobs, "notes", "x", "--template", "sales").exit_code == 2


@pytest.mark.parametrize("error", [RecordingNotFound("x"), TingwuError()])
def test_errors_of_the_work_end_in_their_code(jobs: ScriptedJobs, error: TingwuError) -> None:
    media("a.mp3")
    jobs.failures = {"a.mp3": error}
    assert run(jobs, "transcribe", "a.mp3").exit_code == (8 if isinstance(error, RecordingNotFound) else 1)


def test_a_setting_that_cannot_work_is_named(jobs: ScriptedJobs, monkeypatch: pytest.MonkeyPatch) -> None:
    media("a.mp3")
    monkeypatch.setenv("TINGWU_PORT", "many")
    result = run(jobs, "transcribe", "a.mp3")
    assert result.exit_code == 2
    assert "port cannot be 'many'" in result.stderr


def test_models_is_the_other_program(jobs: ScriptedJobs) -> None:
    listed = run(jobs, "models", "list")
    assert listed.exit_code == 0
    assert "whisper-base" in listed.stdout
    assert run(jobs, "models", "path", "no-such-model").exit_code == 4
    assert run(jobs, "models", "frobnicate").exit_code == 2
    assert run(jobs, "models", "pull", "--help").exit_code == 0


def test_help_names_every_command_and_format(jobs: ScriptedJobs) -> None:
    text = run(jobs, "--help").stdout
    assert all(command in text for command in ("transcribe", "notes", "serve", "doctor", "models"))
    assert "--word_timestamps" in run(jobs, "transcribe", "--help").stdout
    option = get_type_hints(TranscribeFlags, include_extras=True)["output_format"].__metadata__[0]
    assert ",".join(FORMATS) in option.help


def test_foreign_flags_are_none_of_ours() -> None:
    ours = {field.name for kind in (TranscribeFlags, NotesFlags) for field in fields(kind)}
    assert not ours & set(FOREIGN)


def test_help_is_light_and_version_is_said() -> None:
    code = (
        "import sys; from ui.cli import main; sys.argv = ['tingwu', '--help']\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy = {'torch', 'gradio', 'ctranslate2', 'transformers', 'onnxruntime', 'pydantic', 'dbos', 'numpy'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "transcribe" in done.stdout
    version = subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv = ['tingwu', '--version']; from ui.cli import main; main()"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert version.stdout.strip().count(".") == 2
