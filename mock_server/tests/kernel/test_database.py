"""What the rooms rely on when they write and read."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from nodai_mock.kernel.clock import MockClock
from nodai_mock.kernel.db import Database, FileDatabase, Tx
from nodai_mock.kernel.errors import Refusal
from nodai_mock.kernel.ids import Ids
from nodai_mock.kernel.rows import Insert


def add(text: str):
    return lambda tx: tx.raw.execute("INSERT INTO notes (text) VALUES (?)", (text,)).lastrowid


def notes(database: Database) -> list[str]:
    with database.read() as tx:
        return [row[0] for row in tx.raw.execute("SELECT text FROM notes ORDER BY id")]


def test_a_write_is_seen_by_every_later_read(database: Database) -> None:
    assert database.write(add("one")) == 1
    assert notes(database) == ["one"]


def test_a_failed_unit_of_work_undoes_only_itself(database: Database) -> None:
    def fails(tx: Tx) -> None:
        add("lost")(tx)
        raise ValueError("no")

    jobs = [database.submit(add("a")), database.submit(fails), database.submit(add("b"))]
    assert isinstance(jobs[1].exception(), ValueError)
    assert [job.result() for job in (jobs[0], jobs[2])]
    assert notes(database) == ["a", "b"]


def test_a_write_inside_a_write_joins_it(database: Database) -> None:
    def outer(tx: Tx) -> None:
        database.write(add("inner"))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        database.write(outer)
    assert notes(database) == []


def test_a_write_inside_a_read_is_refused_instead_of_waiting_for_itself(database: Database) -> None:
    with database.read(), pytest.raises(RuntimeError, match="inside a read"):
        database.write(add("never"))


def test_a_reader_sees_one_state_however_much_is_written_meanwhile(clock: MockClock, tmp_path: Path) -> None:
    database = FileDatabase(tmp_path / "x.db", clock, Ids(clock))
    database.write(lambda tx: tx.raw.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)"))
    with database.read() as tx:
        assert tx.raw.execute("SELECT count(*) FROM notes").fetchone() == (0,)
        writer = threading.Thread(target=lambda: database.write(add("later")))
        writer.start()
        writer.join()
        assert tx.raw.execute("SELECT count(*) FROM notes").fetchone() == (0,)
    assert notes(database) == ["later"]
    database.close()


def test_core_and_raw_share_one_transaction(database: Database) -> None:
    table = sa.table("notes", sa.column("id"), sa.column("text"))

    def work(tx: Tx) -> None:
        tx.sa.execute(sa.insert(table).values(text="core"))
        assert tx.raw.execute("SELECT text FROM notes").fetchall() == [("core",)]
        raise ValueError("undone")

    with pytest.raises(ValueError, match="undone"):
        database.write(work)
    assert notes(database) == []


def test_what_is_remembered_is_outdated_before_the_change_is_answered(database: Database) -> None:
    before = database.version
    database.write(add("a note"))
    assert database.version == before
    database.write(lambda tx: tx.outdate())
    after = database.version
    assert after > before
    database.restore(database.image())
    assert database.version > after


NOTES = Insert("notes", 2, "(id, text)", key=1)


def test_a_row_that_waits_is_seen_by_whatever_reads_after_it(database: Database) -> None:
    def work(tx: Tx) -> list[tuple[str]]:
        tx.insert(NOTES, (1, "first"))
        tx.insert(NOTES, (1, "second"))
        return tx.raw.execute("SELECT text FROM notes").fetchall()

    assert database.write(work) == [("second",)]


def test_a_failed_unit_of_work_takes_only_its_own_waiting_rows_with_it(database: Database) -> None:
    def puts(number: int, fails: bool, looks: bool):
        def work(tx: Tx) -> None:
            tx.insert(NOTES, (number, str(number)))
            if looks:
                assert tx.raw.execute("SELECT count(*) FROM notes WHERE id = ?", (number,)).fetchone() == (1,)
            tx.insert(NOTES, (-number, str(-number)))
            if fails:
                raise ValueError("no")

        return work

    gate = threading.Event()
    first = database.submit(lambda tx: gate.wait(5)) if isinstance(database, FileDatabase) else None
    wanted = [(number, number % 3 == 0, number % 2 == 0) for number in range(1, 60)]
    jobs = [database.submit(puts(*each)) for each in wanted]
    gate.set()
    assert [isinstance(job.exception(), ValueError) for job in jobs] == [fails for _, fails, _ in wanted]
    assert first is None or first.result()
    kept = {sign * number for number, fails, _ in wanted if not fails for sign in (1, -1)}
    with database.read() as tx:
        assert {row[0] for row in tx.raw.execute("SELECT id FROM notes")} == kept


def test_a_row_that_does_not_fit_undoes_everything_that_was_to_be_committed_with_it(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        database.write(lambda tx: tx.insert(NOTES, (1, None)))
    assert notes(database) == []
    database.write(add("after"))
    assert notes(database) == ["after"]


def test_many_threads_lose_nothing(database: Database) -> None:
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(lambda at: database.write(add(str(at))), range(400)))) == 400
    assert len(notes(database)) == 400


def test_an_image_brings_back_everything(database: Database) -> None:
    database.write(add("kept"))
    image = database.image()
    database.write(add("gone"))
    database.restore(image)
    assert notes(database) == ["kept"]
    database.write(add("after"))
    assert notes(database) == ["kept", "after"]


def test_an_image_of_memory_fits_a_file(clock: MockClock, tmp_path: Path, database: Database) -> None:
    database.write(add("travels"))
    other = FileDatabase(tmp_path / "other.db", clock, Ids(clock))
    other.restore(database.image())
    assert notes(other) == ["travels"]
    other.close()
    assert sqlite3.connect(tmp_path / "other.db").execute("SELECT text FROM notes").fetchall() == [("travels",)]


def test_a_full_disk_is_a_503_that_loses_nothing(clock: MockClock, tmp_path: Path) -> None:
    database = FileDatabase(tmp_path / "full.db", clock, Ids(clock))
    database.write(lambda tx: tx.raw.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)"))
    database.write(add("first"))
    pages = database.write(lambda tx: tx.raw.execute("PRAGMA page_count").fetchone()[0])
    database.write(lambda tx: tx.raw.execute(f"PRAGMA max_page_count={pages}"))
    with pytest.raises(Refusal) as refused:
        database.write(add("x" * 1_000_000))
    assert (refused.value.code, refused.value.retry_after) == ("unavailable", 1)
    database.write(lambda tx: tx.raw.execute("PRAGMA max_page_count=1000000"))
    database.write(add("second"))
    assert notes(database) == ["first", "second"]
    database.close()


def test_a_read_only_database_is_a_503_while_reads_go_on(database: Database) -> None:
    if not isinstance(database, FileDatabase):
        pytest.skip("memory is never read-only")
    database.write(add("first"))
    database.write(lambda tx: tx.raw.execute("PRAGMA query_only=ON"))
    with pytest.raises(Refusal, match="read-only"):
        database.write(add("second"))
    assert notes(database) == ["first"]


def test_after_closing_a_write_is_refused(database: Database) -> None:
    if not isinstance(database, FileDatabase):
        pytest.skip("memory: closing ends the world, and nobody is left to ask")
    waiting = [database.submit(add(str(at))) for at in range(10)]
    database.close()
    assert [job.result() for job in waiting] == list(range(1, 11))
    with pytest.raises(Refusal, match="unavailable"):
        database.write(add("late"))
