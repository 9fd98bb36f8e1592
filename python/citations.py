"""Finds legal citations with eyecite, and reads RTF. One JSON object a line on stdin, one answer a line on stdout.

It ends with its parent: when stdin closes, at once, also in the middle of a text.
"""

import json
import os
import queue
import re
import sys
import threading
from functools import lru_cache

import eyecite.find
import eyecite.helpers
from eyecite import get_citations
from eyecite.models import CaseCitation, FullCaseCitation
from reporters_db import REPORTERS
from striprtf.striprtf import rtf_to_text

# Python runs isolated: what lies beside this file is found only when told where.
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from readable import Readable  # noqa: E402


# "Roe, at 115" after Roe v. Wade: eyecite looks through the rest of the text for it after each citation, which takes
# minutes in a long brief. It is no citation here.
eyecite.find.extract_reference_citations = lambda citation, document: []
# It compares what stands in each parentheses with every court there is: most of the time of a long text.
eyecite.helpers.get_court_by_paren = lru_cache(maxsize=4096)(eyecite.helpers.get_court_by_paren)


def read_lines(lines):
    """Reads stdin in a thread of its own: its end must be noticed while a text is worked on."""
    for line in sys.stdin.buffer:
        lines.put(line)
    os._exit(0)


# The first ninety volumes of the United States Reports by the names of their reporters: volumes before, and how many.
UNITED_STATES = {
    "Dall.": (0, 4),
    "Cranch": (4, 9),
    "Wheat.": (13, 12),
    "Pet.": (25, 16),
    "How.": (41, 24),
    "Black": (65, 2),
    "Wall.": (67, 23),
}


def citation(found, readable):
    """A citation that can stand alone; offsets are those of the text that was sent."""
    edition = found.edition_guess or found.all_editions[0]
    start, end = readable.span(found.span())
    return {
        "kind": "full",
        "start": start,
        "end": end,
        # Where the case's name begins, as eyecite reads it.
        "named": readable.origin(found.full_span()[0]),
        "normalised": normalised(found, edition),
        "volume": found.groups.get("volume"),
        "reporter": edition.short_name,
        "series": edition.reporter.short_name,
        "page": found.groups.get("page"),
        "court": found.metadata.court,
    }


def normalised(found, edition):
    """Volume, reporter and page; a volume of the United States Reports by its number there."""
    before, count = UNITED_STATES.get(edition.short_name, (0, 0))
    volume, page = found.groups.get("volume") or "", found.groups.get("page")
    if volume.isdigit() and page and int(volume) <= count and edition.reporter.cite_type == "scotus_early":
        return f"{int(volume) + before} U.S. {page}"
    # 347 U.S., 483, and 600 U.S. _____
    return re.sub(r"_+$", "___", re.sub(r",(?= \S+$)", "", found.corrected_citation()))


def other(found, readable):
    """Everything else only bounds what belongs to its neighbours."""
    start, end = readable.span(found.span())
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
    readable = Readable(text)
    found = get_citations(readable.text)
    citations = [
        citation(one, readable) if isinstance(one, FullCaseCitation) else other(one, readable) for one in found
    ]
    # A name may be of eyecite's making where two overlap: the order of the text is what counts.
    citations.sort(key=lambda one: (one["start"], one["end"]))
    return {"citations": citations, "reporters": reporters(citations)}


# A raised number is a note's, no part of the page before it.
RAISED = re.compile(r"\{((?:\\[a-z]+-?\d* ?)*)\\super ?((?:\\[a-z]+-?\d* ?)*)([\d*]{1,3})\}")


def set_apart(rtf):
    return RAISED.sub(r"{ [\3]}", rtf)


def answer(asked):
    if "rtf" in asked:
        return {"text": rtf_to_text(set_apart(asked["rtf"]), errors="ignore")}
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
