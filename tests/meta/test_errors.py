"""Every error is drawn in the tree, has a code of its own, survives pickling, and is known to the outer edge."""

import pickle

import pytest

from tingwu import errors
from tingwu.errors import TingwuError
from ui.failures import exit_code, http_status, message


def tree(root: type[TingwuError] = TingwuError) -> list[type[TingwuError]]:
    return [root, *(leaf for child in root.__subclasses__() for leaf in tree(child))]


def example(kind: type[TingwuError]) -> TingwuError:
    """An instance with made-up fields, as many as its constructor asks for."""
    if issubclass(kind, errors.MediaTooLong):
        return kind("talk.mp3", 90_000.0, 86_400.0)
    if issubclass(kind, errors.LlmRejected):
        return kind("tiny", 503, "busy")
    if issubclass(kind, errors.LlmContextExceeded):
        return kind("tiny", 9000, 8192)
    if kind in (TingwuError, errors.Cancelled):
        return kind()
    return kind(*("x", "y", "z")[: kind.__init__.__code__.co_argcount - 1])


@pytest.mark.parametrize("kind", tree(), ids=lambda kind: kind.__name__)
def test_error_is_whole(kind: type[TingwuError]) -> None:
    error = example(kind)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
    assert kind.__name__ in (errors.__doc__ or "")


@pytest.mark.parametrize("kind", tree()[1:], ids=lambda kind: kind.__name__)
def test_error_is_known_to_users(kind: type[TingwuError]) -> None:
    error = example(kind)
    assert str(error)
    assert 1 <= exit_code(error) <= 130
    assert 400 <= http_status(error) < 600
    assert message(error, "en")
    assert any("一" <= character <= "鿿" for character in message(error, "zh"))


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in tree()]
    assert len(codes) == len(set(codes))
