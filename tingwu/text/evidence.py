"""A line of notes -> the sentences that say it, or the reason why none do.

A line stands when enough of its content words are in at most three sentences, when each of its numbers and names is
there too, when what it says of a speaker is theirs, and when it does not deny what the sentences affirm or the other
way round.
The check compares words, not meaning: it lets through a false line that is made of the right words in another order,
and refuses a true one in words of its own. Refused lines are replaced by quotes, so the second error costs style only.
Sources: citing after the fact (P-Cite, arXiv 2509.21557); thresholds measured on development meetings.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tingwu.domain.notes import Claim, Proof
from tingwu.text.cues import INJECTION
from tingwu.text.numbers import missing_numbers, normalise, numbers_in
from tingwu.text.quotes import cite
from tingwu.text.sentences import Sentence
from tingwu.text.terms import HAN, clauses, content_terms, names_in, negations, stem, tokens
from tingwu.text.vectors import Vectors, vectors_of
from tingwu.text.wordlists import ENGLISH_NOT_NAMES, ENGLISH_STOP, OPPOSITES

MIN_RECALL_WORDS = 0.40
MIN_RECALL_CHINESE = 0.45
MAX_CITATIONS = 3
MIN_TERMS = 2
"""A line with less content than this says nothing that could be checked."""
_OWN_SHARE = 0.25
"""Part of a line's content that the sentences of a speaker it names must hold."""
_SUBJECT = re.compile(
    r"([A-Z][a-z]+) (?:will|has|is|was|says|said|suggests?|suggested|proposes?|proposed|agreed|agrees|wants|"
    r"wanted|needs|"
    r"asks|asked|plans|thinks|recommends?|recommended|mentions|mentioned|explains|explained|reports|reported)\b"
)
_NUMBER_SHARE = 0.2
"""Part of a line's content that a sentence must hold to lend it a number."""
_NEIGHBOURS = 2


class Refusal(StrEnum):
    """Why a line was not accepted."""

    EMPTY = "empty"
    WORDS = "words"
    NUMBER = "number"
    NAME = "name"
    SPEAKER = "speaker"
    NEGATION = "negation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Sentences that may prove a line, read once: texts normalised, terms and idf of the whole recording."""

    sentences: tuple[Sentence, ...]
    vectors: Vectors
    plain: tuple[str, ...]
    speakers: frozenset[str] = field(default_factory=frozenset[str])

    def part(self, start: int, end: int) -> "Source":
        """The same for sentences `[start, end)` alone; idf stays that of the whole."""
        return Source(
            sentences=self.sentences[start:end],
            vectors=Vectors(terms=self.vectors.terms[start:end], idf=self.vectors.idf),
            plain=self.plain[start:end],
            speakers=self.speakers,
        )


def source_of(sentences: Sequence[Sentence]) -> Source:
    """Read `sentences` for checks. One that gives orders to a language model proves nothing and is never chosen."""
    read = ["" if INJECTION.search(sentence.text) else sentence.text for sentence in sentences]
    return Source(
        sentences=tuple(sentences),
        vectors=vectors_of([content_terms(text) for text in read]),
        plain=tuple(normalise(text) for text in read),
        speakers=frozenset(normalise(sentence.speaker) for sentence in sentences if sentence.speaker),
    )


def prove(line: str, source: Source) -> Claim | Refusal:
    """The line as a verified claim with up to three citations, or why it is refused."""
    terms = list(dict.fromkeys(content_terms(line)))
    if len(terms) < MIN_TERMS or not source.sentences:
        return Refusal.EMPTY
    found = [_held(terms, plain, own) for plain, own in zip(source.plain, source.vectors.terms, strict=True)]
    chosen = _choose(line, terms, found, source)
    if not chosen:
        return Refusal.WORDS
    covered = set[str]().union(*(found[index] for index in chosen))
    needed = MIN_RECALL_CHINESE if HAN.search(line) else MIN_RECALL_WORDS
    if len(covered) < max(MIN_TERMS, needed * len(terms)):
        return Refusal.WORDS
    refusal = _refusal(line, terms, chosen, found, source)
    if refusal:
        return refusal
    citations = tuple(cite(source.sentences[index]) for index in sorted(chosen))
    return Claim(text=line, citations=citations, proof=Proof.VERIFIED)


def _held(terms: Sequence[str], plain: str, own: Sequence[str]) -> frozenset[str]:
    """Which of `terms` a sentence holds; of a long Chinese word, two thirds of its pairs are enough (homophones)."""
    mine = set(own)
    return frozenset(term for term in terms if term in mine or (HAN.match(term) and _loosely(term, plain)))


def _loosely(term: str, plain: str) -> bool:
    if term in plain:
        return True
    pairs = [term[index : index + 2] for index in range(len(term) - 1)]
    return len(pairs) >= 3 and sum(pair in plain for pair in pairs) * 3 >= len(pairs) * 2


def _choose(line: str, terms: Sequence[str], found: Sequence[frozenset[str]], source: Source) -> list[int]:
    """Greedy cover of the line's terms by rarity; numbers and names count double, near sentences break ties."""
    idf = source.vectors.idf
    numbers = numbers_in(line)
    worth = {term: idf.get(term, 3.0) for term in terms}
    said = [numbers & numbers_in(plain) if numbers else frozenset[str]() for plain in source.plain]
    left, left_numbers = set(terms), set(numbers)
    chosen: list[int] = []
    while len(chosen) < MAX_CITATIONS:
        gains = [
            sum(worth[term] for term in held & left) + (5.0 * len(number & left_numbers) if held or chosen else 0.0)
            for held, number in zip(found, said, strict=True)
        ]
        if chosen:
            gains = [gain * (1.15 if _is_near(index, chosen) else 1.0) for index, gain in enumerate(gains)]
        best = max(range(len(gains)), key=lambda index: (gains[index], -index))
        if gains[best] <= (0.0 if not chosen else 1.0):
            break
        chosen.append(best)
        left -= found[best]
        left_numbers -= said[best]
    return chosen


def _is_near(index: int, chosen: Sequence[int]) -> bool:
    return any(abs(index - other) <= _NEIGHBOURS for other in chosen)


def _refusal(
    line: str, terms: Sequence[str], chosen: list[int], found: Sequence[frozenset[str]], source: Source
) -> Refusal | None:
    evidence = " ".join(source.plain[index] for index in chosen)
    near = [index for index in chosen if index == chosen[0] or _is_about(index, terms, chosen, found)]
    if missing_numbers(line, " ; ".join(source.plain[index] for index in near)):
        return Refusal.NUMBER
    said_by = {normalise(source.sentences[index].speaker or "") for index in chosen}
    heard = {term for index in chosen for term in source.vectors.terms[index]}
    plain = normalise(line)
    speakers = {name for name in source.speakers if _mentions(plain, name)}
    for name in names_in(line) | _subject(line):
        if any(name in speaker for speaker in speakers):
            continue
        if name not in evidence and stem(name) not in heard and name not in said_by:
            return Refusal.NAME
    if any(not _is_theirs(name, terms, chosen, found, source) for name in speakers):
        return Refusal.SPEAKER
    return Refusal.NEGATION if _denies(line, terms, chosen, source) else None


def _subject(line: str) -> frozenset[str]:
    """The capitalised word that begins an English line, where a verb makes it a somebody."""
    match = _SUBJECT.match(line)
    name = normalise(match.group(1)) if match else ""
    return frozenset({name} - ENGLISH_STOP - ENGLISH_NOT_NAMES - {""})


def _is_about(index: int, terms: Sequence[str], chosen: Sequence[int], found: Sequence[frozenset[str]]) -> bool:
    """Whether a number in this sentence belongs to the line: it shares the subject, or follows what does."""
    return abs(index - chosen[0]) <= 1 or len(found[index]) >= max(1.0, _NUMBER_SHARE * len(terms))


def _mentions(plain: str, name: str) -> bool:
    if HAN.search(name):
        return name in plain
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", plain) is not None


def _is_theirs(
    name: str, terms: Sequence[str], chosen: Sequence[int], found: Sequence[frozenset[str]], source: Source
) -> bool:
    """Whether the sentences that this speaker says, or that mention them, hold a fair share of the line."""
    own = [
        found[index]
        for index in chosen
        if normalise(source.sentences[index].speaker or "") == name or _mentions(source.plain[index], name)
    ]
    if not own:
        return False
    others = [term for term in terms if term not in name]
    return len(set[str]().union(*own) & set(others)) >= _OWN_SHARE * len(others)


def _denies(line: str, terms: Sequence[str], chosen: Sequence[int], source: Source) -> bool:
    """Whether the line and its nearest clause differ in negation, or say opposite words."""
    evidence = [source.sentences[index].text for index in chosen]
    if _is_opposite(line, " ".join(evidence)):
        return True
    line_negated = negations(line) % 2 == 1
    if line_negated:
        return not any(negations(text) for text in evidence)
    parts = [clause for text in evidence for clause in clauses(text)]
    held = [len(_held(terms, normalise(part), content_terms(part))) for part in parts]
    best = max(range(len(parts)), key=lambda index: (held[index], -index), default=None)
    if best is None or held[best] < max(2, 0.5 * len(terms)):
        return False
    return negations(parts[best]) % 2 == 1 and negations(line) == 0


def _is_opposite(line: str, evidence: str) -> bool:
    said, heard = opposites_in(line), opposites_in(evidence)
    return any(
        (one in said and one not in heard and other in heard and other not in said)
        for pair in OPPOSITES
        for one, other in (pair, pair[::-1])
    )


def opposites_in(text: str) -> set[str]:
    """The words of `OPPOSITES` that a text says."""
    plain = normalise(text)
    stems = {stem(word) for word in tokens(text)}
    return {word for pair in OPPOSITES for word in pair if (word in plain if HAN.match(word) else stem(word) in stems)}
