"""What is said about inputs. The lines themselves are in test_cli.py, where users meet them."""

import json
import logging
import sys

from ui.cli_report import JsonLog


def test_a_trace_is_one_line_of_json() -> None:
    try:
        raise ValueError("no")
    except ValueError:
        record = logging.LogRecord("tingwu", logging.ERROR, "x.py", 1, "odd: %s", ("a",), sys.exc_info())
    line = json.loads(JsonLog().format(record))
    assert (line["event"], line["level"], line["logger"]) == ("log", "error", "tingwu")
    assert line["message"].startswith("odd: a\nTraceback")
