"""Sphinx settings. Tables that the package knows itself are made from it (tables.py), so they cannot drift."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "winset"
author = "the winset authors"
copyright = "the winset authors, Apache License 2.0"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.mathjax", "tables"]
exclude_patterns = ["build"]
html_theme = "furo"
html_title = "winset"
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3
autodoc_typehints = "none"
