"""Finds legal citations with eyecite, and reads RTF. One JSON object a line on stdin, one answer a line on stdout.

It ends with its parent: when stdin closes, at once, also in the middle of a text.
"""

import json
import os
import queue
import sys
import threading

from eyecite import get_citations
from eyecite.models import CaseCitation, FullCaseCitation
from reporters_db import REPORTERS
from striprtf.striprtf import rtf_to_text


def read_lines(lines):
    """Reads stdin in a thread of its own: its end must be noticed while a text is worked on."""
    for line in sys.stdin.buffer:
        lines.put(line)
    os._exit(0)


def citation(found):
    """A citation that can stand alone; offsets are those of the text that was sent."""
    edition = found.edition_guess or found.all_editions[0]
    start, end = found.span()
    return {
        "kind": "full",
        "start": start,
        "end": end,
        "normalised": found.corrected_citation(),
        "volume": found.groups.get("volume"),
        "reporter": edition.short_name,
        "series": edition.reporter.short_name,
        "page": found.groups.get("page"),
        "court": found.metadata.court,
    }


def other(found):
    """Everything else only bounds what belongs to its neighbours."""
    start, end = found.span()
    return {"kind": "short" if isinstance(found, CaseCitation) else "other", "start": start, "end": end}


def reporters(citations):
    """Kind and courts of each reporter: reporters of one court can be parallel."""
    names = {one["series"] for one in citations if one["kind"] == "full"}
    return {
        name: {
            "types": sorted({entry["cite_type"] for entry in REPORTERS.get(name, [])}),
            "courts": sorted({court for entry in REPORTERS.get(name, []) for court in entry["mlz_jurisdiction"]}),
        }
        for name in names
    }


def find(text):
    found = [citation(one) if isinstance(one, FullCaseCitation) else other(one) for one in get_citations(text)]
    return {"citations": found, "reporters": reporters(found)}


def answer(asked):
    if "rtf" in asked:
        return {"text": rtf_to_text(asked["rtf"], errors="ignore")}
    return find(asked["text"])


def main():
    # What a library prints must not mix with the answers.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    lines = queue.Queue()
    threading.Thread(target=read_lines, args=(lines,), daemon=True).start()
    get_citations("1 U.S. 1")
    out.write('{"ready": true}\n')
    out.flush()
    while True:
        try:
            result = answer(json.loads(lines.get()))
        except Exception as error:
            result = {"error": f"{type(error).__name__}: {error}"}
        out.write(json.dumps(result) + "\n")
        out.flush()


main()
