"""Makes a text readable for eyecite without losing where each character came from.

What printing and text extraction do to a citation hides it: spaces inside a reporter's name, a nominative reporter in
parentheses, a page that is still to come, a party who is called like a reporter.
"""

import re
from collections import defaultdict

from reporters_db import REPORTERS

NAMES = {
    name
    for entries in REPORTERS.values()
    for entry in entries
    for name in (*entry["editions"], *entry["variations"])
}

SQUEEZED = defaultdict(list)
for _name in sorted(NAMES, key=len, reverse=True):
    SQUEEZED[_name.replace(" ", "")].append(_name)

SINGLE = {name.rstrip(".") for name in NAMES if re.fullmatch(r"[A-Z][A-Za-z']+\.?", name)}

# A volume, what may be a reporter, and a page: any spaces between its letters may be the extraction's.
TORN = re.compile(r"(?<![\w.])\d{1,4} (?P<name>[A-Z][A-Za-z0-9.&'’ ]{1,24}?) ?(?=\d{1,6}\b)")
# 5 U.S. (1 Cranch) 137, 45 U.S. [4 How.] 53, 17 U.S. 4 Wheat. 316: one volume with two numbers.
NOMINATIVE = re.compile(
    r"(?<=[A-Za-z.])(?P<cut> ?[([] ?\d{1,2} [A-Z][A-Za-z]{1,9}\.?(?: [A-Z][a-z.]+)? ?[)\]]"
    r"|(?<=U\.S\.) \d{1,2} (?:Dall|Cranch|Wheat|Pet|How|Black|Wall)\b\.?)(?= ?\d{1,5}\b)"
)
# 600 U.S. --- (2023)
DASHES = re.compile(r"(?<![\w.])\d{1,4} (?P<name>[A-Z][A-Za-z0-9.' ]{1,24}?) (?P<page>[-–—](?: ?[-–—])+)(?![\w-])")
# Smith v. Crabbe, 563 F.3d 51: what looks like volume 563 of Crabbe's reports is none.
PARTY = re.compile(r"(?<![\w.])(?P<word>[A-Z][A-Za-z']+)(?P<stop>\.?),? (?=\d{1,4} (?P<name>[A-Z][A-Za-z0-9.' ]{0,24}?) ?[\d_])")


class Readable:
    """The text for eyecite, and the way back from its places to those of the text that was given."""

    def __init__(self, given):
        kept = without(given, [*torn(given), *nominative(given)])
        self.origins = kept
        text = "".join(given[place] for place in kept)
        text = DASHES.sub(blank_page, text)
        self.text = PARTY.sub(masked, text)
        self.length = len(given)

    def origin(self, place):
        return self.origins[place] if place < len(self.origins) else self.length

    def span(self, span):
        """Of what was found: its end is after its last character, whatever was cut out behind it."""
        start, end = span
        return self.origin(start), self.origin(end - 1) + 1


def without(text, cuts):
    """The places that stay."""
    gone = set()
    for start, end in cuts:
        gone.update(range(start, end))
    return [place for place in range(len(text)) if place not in gone]


def torn(text):
    for match in TORN.finditer(text):
        name = match["name"].rstrip()
        if " " not in name or name in NAMES:
            continue
        for known in SQUEEZED.get(name.replace(" ", ""), ()):
            spaces = extra_spaces(name, known)
            if spaces is not None:
                start = match.start("name")
                yield from ((start + space, start + space + 1) for space in spaces)
                break


def extra_spaces(name, known):
    """Which spaces to take out of a name to get a known one; None when that does not do."""
    spaces, place = [], 0
    for index, character in enumerate(name):
        if place < len(known) and character == known[place]:
            place += 1
        elif character == " ":
            spaces.append(index)
        else:
            return None
    return spaces if place == len(known) else None


def nominative(text):
    return (match.span("cut") for match in NOMINATIVE.finditer(text))


def blank_page(match):
    """Underscores are what eyecite takes for a page to come."""
    if match["name"] not in NAMES:
        return match[0]
    page = match["page"]
    return match[0][: -len(page)] + "_" * len(page)


def masked(match):
    if match["word"] not in SINGLE or match["name"].strip() not in NAMES:
        return match[0]
    return "X" + "x" * (len(match["word"]) - 1) + match[0][len(match["word"]) :]
