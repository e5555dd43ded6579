"""Passages as W3C Web Annotations (Recommendation of 2017), out and in.

An annotation's body is the gist in our own words; its target is the source with a TextPositionSelector that counts
Unicode code points of the canonical text. The digests that let a holder of the text verify the span without its words
being shipped stand beside it under `winset:` terms, with the name of the canonical form.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from winset.case import model as m
from winset.case.canon import CANON
from winset.errors import DossierError, Problem
from winset.formats.texts import parse_json

CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"winset": "urn:winset:terms#"}]


def write_annotations(case: m.Case) -> dict[str, Any]:
    """All passages of a case as an AnnotationPage."""
    return {
        "@context": CONTEXT,
        "id": f"urn:winset:{case.id}:passages",
        "type": "AnnotationPage",
        "items": [_out(case, p) for p in case.passages],
    }


def _out(case: m.Case, passage: m.Passage) -> dict[str, Any]:
    source = case.source[passage.source]
    return {
        "id": f"urn:winset:{case.id}:passage:{passage.id}",
        "type": "Annotation",
        "motivation": "describing",
        "body": {"type": "TextualBody", "value": passage.gist, "format": "text/plain", "purpose": "describing"},
        "target": {
            "source": {"id": f"urn:winset:{case.id}:source:{source.id}", "type": "Text", "winset:title": source.title},
            "selector": {"type": "TextPositionSelector", "start": passage.start, "end": passage.end},
            "state": {
                "type": "winset:CanonicalText",
                "winset:canon": source.canon,
                "winset:sha256": source.canonical_sha256,
            },
        },
        "winset:sha256": passage.sha256,
        "winset:before": passage.before,
        "winset:after": passage.after,
        "winset:attribution": passage.attribution,
        "winset:speaker": passage.speaker,
    }


def read_annotations(text: str, name: str = "annotations") -> tuple[m.Passage, ...]:
    """Passages from an AnnotationPage, a list of annotations or one annotation.

    Raises DossierError with every annotation that cannot be used and why.
    """
    problems: list[Problem] = []
    try:
        data = parse_json(text)
    except ValueError as error:
        what = f"not JSON: {str(error)[:200]}"
        raise DossierError([Problem(name, getattr(error, "lineno", None), what, "export it again")]) from None
    items = data.get("items", [data]) if isinstance(data, dict) else data
    if not isinstance(items, list):
        raise DossierError([Problem(name, None, "no list of annotations", "an AnnotationPage has `items`")])
    passages = []
    for n, item in enumerate(items):
        try:
            passages.append(_in(item))
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            problems.append(
                Problem(
                    name,
                    None,
                    f"annotation {n + 1}: no {error}",
                    "it needs a body, a position selector and winset: digests",
                )
            )
        except ValidationError as error:
            problems += [Problem(name, None, f"annotation {n + 1}: {e['loc'][0]}: {e['msg']}") for e in error.errors()]
    if problems:
        raise DossierError(problems)
    return tuple(passages)


def _in(item: dict[str, Any]) -> m.Passage:
    target, body = item["target"], item["body"]
    selector, source = target["selector"], target["source"]
    canon = target.get("state", {}).get("winset:canon", CANON)
    if selector["type"] != "TextPositionSelector" or canon != CANON:
        raise KeyError(f"TextPositionSelector over {CANON}")
    return m.Passage(
        id=item["id"].rsplit(":", 1)[-1],
        source=(source["id"] if isinstance(source, dict) else source).rsplit(":", 1)[-1],
        start=selector["start"],
        end=selector["end"],
        sha256=item["winset:sha256"],
        before=item["winset:before"],
        after=item["winset:after"],
        attribution=item.get("winset:attribution", "author"),
        speaker=item.get("winset:speaker", ""),
        gist=body["value"],
    )
