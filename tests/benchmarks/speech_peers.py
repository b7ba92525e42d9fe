"""Time and score the speech engine against faster-whisper, in turns, on the same files, model and threads.

    python tests/benchmarks/speech_peers.py --model FOLDER [--threads 2] [--rounds 3] [--repeat 1] FOLDER...

Each folder is named after its locale (en-US, zh-CN ...) and holds sound files and `refs.tsv` (file name, tab, text),
or is one of the sample recordings. A folder's files are joined into one recording, `--repeat` times over. Each engine
lives in its own process, so that peak memory is its own; only one works at a time. Speed is the median of the rounds
after a warm-up, as seconds of sound per second of work; CPU milliseconds per second of sound stay fair on a busy
machine. Error is WER after Whisper's normaliser, CER for Chinese and Japanese.
"""

import argparse
import json
import multiprocessing
import resource
import sys
import time
import unicodedata
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import mean, median

import jiwer
import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel, decode_audio
from transformers.models.whisper.english_normalizer import BasicTextNormalizer, EnglishTextNormalizer

from tingwu.speech.align import snap_texts
from tingwu.speech.asr import AsrOptions, WindowText
from tingwu.speech.asr_whisper import load_whisper
from tingwu.speech.chinese import convert
from tingwu.speech.coverage import audit
from tingwu.speech.phantoms import drop_phantoms
from tingwu.speech.regions import SpeechActivity, SpeechDetector
from tingwu.speech.second_look import Listen, Read, fill, find_holes, look_again
from tingwu.speech.sentences import to_segments
from tingwu.speech.windows import WindowOptions, plan_windows

RATE = 16_000
BY_CHARACTER = {"zh", "ja"}
Engine = Callable[[np.ndarray, str], str]


def ours(model: str, threads: int, *, words: bool, beam: int = 5, target: float = WindowOptions().target) -> Engine:
    """The whole of our path from int16 samples to text; with words also second looks, segments and the audit."""
    engine = load_whisper(model, name=model, device="cpu", device_index=0, compute_type="int8", threads=threads)
    options = AsrOptions(word_timestamps=words, beam_size=beam)

    def run(samples: np.ndarray, language: str) -> str:
        detector = SpeechDetector()
        for begin in range(0, len(samples), 30 * RATE):
            detector.feed(samples[begin : begin + 30 * RATE])
        activity = detector.finish()
        plan = plan_windows(activity, WindowOptions(target=target))
        cut = [(w, cutter(samples)(w.start, w.end)) for w in plan]
        texts = drop_phantoms(snap_texts(engine.transcribe(cut, language, options), activity), activity)
        if words:
            texts = filled(texts, activity, Listen(engine, cutter(samples), options, language))
        segments = to_segments(texts, duration=activity.duration)
        if words:
            audit(activity, segments, texts)
        return " ".join(segment.text for segment in segments)

    return run


def cutter(samples: np.ndarray) -> Read:
    """Parts of int16 samples by their times in seconds."""
    return lambda start, end: samples[int(start * RATE) : int(end * RATE)].astype(np.float32) / 32768


def filled(texts: tuple[WindowText, ...], activity: SpeechActivity, listen: Listen) -> tuple[WindowText, ...]:
    """`texts` after a second look at their holes."""
    holes = find_holes(texts, activity)
    return fill(texts, [(hole, look_again(hole, listen, activity)) for hole in holes])


def sequential(model: str, threads: int) -> Engine:
    """faster-whisper as it comes, with its voice filter."""
    engine = WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=threads)

    def run(samples: np.ndarray, language: str) -> str:
        sound = samples.astype(np.float32) / 32768
        return "".join(s.text for s in engine.transcribe(sound, language=language, beam_size=5, vad_filter=True)[0])

    return run


def batched(model: str, threads: int) -> Engine:
    """faster-whisper's batched pipeline, beam 5, batches of 8."""
    engine = BatchedInferencePipeline(WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=threads))

    def run(samples: np.ndarray, language: str) -> str:
        sound = samples.astype(np.float32) / 32768
        return "".join(s.text for s in engine.transcribe(sound, language=language, beam_size=5, batch_size=8)[0])

    return run


ENGINES: dict[str, Callable[[str, int], Engine]] = {
    "default": sequential,
    "batched": batched,
    "tingwu": lambda model, threads: ours(model, threads, words=False),
    "tingwu+words": lambda model, threads: ours(model, threads, words=True),
    "tingwu-greedy": lambda model, threads: ours(model, threads, words=False, beam=1),
    "tingwu-12s": lambda model, threads: ours(model, threads, words=False, target=12.0),
    "tingwu-20s": lambda model, threads: ours(model, threads, words=False, target=20.0),
    "tingwu-27s": lambda model, threads: ours(model, threads, words=False, target=27.0),
}


def serve(pipe: Connection, name: str, model: str, threads: int) -> None:
    """One engine in its own process: (samples, language) in, (text, seconds, CPU seconds, peak bytes) out."""
    engine = ENGINES[name](model, threads)
    while (request := pipe.recv()) is not None:
        begun, worked = time.perf_counter(), time.process_time()
        text = engine(*request)
        took = (time.perf_counter() - begun, time.process_time() - worked)
        pipe.send((text, *took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))


def recording(folder: Path, repeat: int) -> tuple[np.ndarray, str]:
    """All files of a folder with a second of silence after each, and what is said in them."""
    rows = references(folder)
    parts = [np.concatenate([decode_audio(str(folder / name)), np.zeros(RATE, np.float32)]) for name, _ in rows]
    sound = np.tile(np.concatenate(parts), repeat)
    return (np.clip(sound, -1, 1) * 32767).astype(np.int16), " ".join([text for _, text in rows] * repeat)


def references(folder: Path) -> list[list[str]]:
    """[file name, text] of each file: from `refs.tsv`, or from the `transcript.json` of a sample recording."""
    told = folder / "transcript.json"
    if told.exists():
        sample = json.loads(told.read_text("utf-8"))
        return [[sample["audio"], " ".join(row["text"] for row in sample["utterances"])]]
    return [line.split("\t", 1) for line in (folder / "refs.tsv").read_text("utf-8").splitlines() if line.strip()]


def error_rate(reference: str, text: str, language: str) -> float:
    """Errors per word, or per character, in per cent."""
    if language in BY_CHARACTER:
        plain = [convert(unicodedata.normalize("NFKC", t).casefold(), "simplified") for t in (reference, text)]
        told, said = ("".join(c for c in t if c.isalnum()) for t in plain)
        return 100 * float(jiwer.cer(told, said))
    normalise = EnglishTextNormalizer({}) if language == "en" else BasicTextNormalizer()
    return 100 * float(jiwer.wer(normalise(reference), normalise(text)))


def measure(arguments: argparse.Namespace, out: Callable[[str], object]) -> None:
    """Run all engines over all folders and print a table."""
    context = multiprocessing.get_context("spawn")
    pipes: dict[str, Connection] = {}
    for name in arguments.engines:
        pipes[name], theirs = context.Pipe()
        context.Process(target=serve, args=(theirs, name, arguments.model, arguments.threads), daemon=True).start()
    errors: dict[str, list[float]] = {name: [] for name in pipes}
    spent, worked, peak, length = dict.fromkeys(pipes, 0.0), dict.fromkeys(pipes, 0.0), dict.fromkeys(pipes, 0), 0.0
    out(f"{'':8}" + "".join(f"{name:>22}" for name in pipes))
    for number, folder in enumerate(arguments.folders):
        language = folder.name.split("-")[0]
        samples, reference = recording(folder, arguments.repeat)
        seconds = len(samples) / RATE
        times: dict[str, list[float]] = {name: [] for name in pipes}
        texts: dict[str, str] = {}
        for turn in range(arguments.rounds + (number == 0)):
            for name, pipe in pipes.items():
                pipe.send((samples, language))
                texts[name], took, cpu, peak[name] = pipe.recv()
                if turn or number:  # the very first turn warms up
                    times[name].append(took)
                    worked[name] += cpu / arguments.rounds
        length += seconds
        cells: list[str] = []
        for name in pipes:
            errors[name].append(error_rate(reference, texts[name], language))
            spent[name] += median(times[name])
            cells.append(f"{errors[name][-1]:6.1f} % {seconds / median(times[name]):6.1f} x")
            if arguments.texts:
                out(f"  {name}: {texts[name]}")
        out(f"{folder.name:8}" + "".join(f"{cell:>22}" for cell in cells))
    for pipe in pipes.values():
        pipe.send(None)
    summary = [f"{mean(errors[name]):6.2f} % {length / spent[name]:6.1f} x" for name in pipes]
    out(f"{'all':8}" + "".join(f"{cell:>22}" for cell in summary))
    out(f"{'cpu':8}" + "".join(f"{1000 * worked[name] / length:17.1f} ms/s" for name in pipes))
    out(f"{'peak':8}" + "".join(f"{peak[name] / 2**20:18.0f} MiB" for name in pipes))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True, help="folder of a Whisper model for CTranslate2")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeat", type=int, default=1, help="join the files of a folder so often")
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=["default", "batched", "tingwu"])
    parser.add_argument("--texts", action="store_true", help="print what each engine wrote")
    parser.add_argument("folders", nargs="+", type=Path)
    measure(parser.parse_args(), lambda line: sys.stdout.write(line + "\n"))


if __name__ == "__main__":
    main()
