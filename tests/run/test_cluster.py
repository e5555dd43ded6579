"""A Dask cluster of two workers gives the bytes that one process gives, also with a worker killed in the middle."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.run.test_work import CASE, dies_once, whole
from winset import run
from winset.derive.worth.utilities import Reading
from winset.errors import SettingError
from winset.lens.settlement.odds import all_rival_odds, look_ahead, rival_readings
from winset.run.hands import Cluster
from winset.run.store import Store
from winset.run.work import Work

distributed = pytest.importorskip("distributed")


@pytest.mark.filterwarnings("ignore")
def test_two_workers_and_one_that_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        work = Work(Store.at(tmp_path / "store"), Cluster(cluster.scheduler_address))
        study = run.study(CASE, draws=4, work=work)
        assert study.each(dies_once, [str(tmp_path / name) for name in ("a", "b")], "test") == [7, 7]
        assert whole(work) == whole(None)
        many = run.study(CASE, draws=24, chunk=8, work=work)
        asked = list(rival_readings(many, Reading()).values())
        calls, submit = [], distributed.Client.submit
        monkeypatch.setattr(distributed.Client, "submit", lambda *a, **k: (calls.append(a[2]), submit(*a, **k))[1])
        look_ahead(many, Reading(), asked)
        slices = [{(task.item.batch, task.item.places) for task in tasks} for tasks in calls]
        rounds = {(task.item.batch, task.item.blocks[0]) for tasks in calls for task in tasks}
        assert all(len(own) == 1 for own in slices)  # what is asked of one slice is sent together
        assert len(calls) <= 3 * len(rounds) and max(map(len, calls)) > len(asked)
        assert all_rival_odds(many, asked) == all_rival_odds(run.study(CASE, draws=24), asked)


def test_an_address_where_nobody_answers_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("winset.run.hands.REACHED", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    study = run.study(CASE, draws=4, work=Work(hands=Cluster(address)))
    with pytest.raises(SettingError, match="no Dask cluster answers"):
        study.each(dies_once, ["x"], "test")
