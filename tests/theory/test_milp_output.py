"""Compiled code must not write to standard output while a solver runs; Python before and after may."""

import subprocess
import sys

PROGRAM = """
import ctypes
from winset.theory.milp_output import silent
libc = ctypes.CDLL(None)
print("before")
with silent():
    libc.puts(b"stray line")
    with silent():
        libc.puts(b"another")
print("after")
"""


def test_stray_lines_vanish_and_the_rest_stays():
    out = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout
    assert out == "before\nafter\n"
