"""The server of processes: begun ahead, it is the one that workers come from, and no Ctrl-C ends it."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys

import pytest

CODE = """
import os, signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import forkserver
from winset import server

server.begin()
begun = forkserver._forkserver._forkserver_pid
os.kill(begun, signal.SIGINT)
with ProcessPoolExecutor(1, server.context()) as pool:
    print(pool.submit(abs, -3).result(), forkserver._forkserver._forkserver_pid == begun)
print(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
"""


@pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="there is no such server here")
def test_it_outlives_an_interrupt_and_serves() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["3 True", "set()"] and done.stderr == ""
