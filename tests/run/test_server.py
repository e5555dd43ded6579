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


READIED = """
import os, sys
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as the command line has it
from concurrent.futures import ProcessPoolExecutor
from winset import server

server.begin()
with ProcessPoolExecutor(1, server.context()) as pool:
    print(pool.submit(eval, '''len(__import__("winset.column_kernels").column_kernels.strata.overloads)''').result())
    print(pool.submit(eval, '''len(__import__("os").listdir(f"/proc/{__import__('os').getppid()}/task"))''').result())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is no such server, or no /proc, here")
def test_what_every_worker_needs_is_loaded_in_the_server_which_keeps_no_thread() -> None:
    done = subprocess.run([sys.executable, "-c", READIED], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["1", "1"] and done.stderr == ""
