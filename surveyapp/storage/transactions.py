"""`reading()` and `writing()`: the only doors to the database. A call inside another one joins it.

Only `OperationalError`-like faults become `DatabaseUnavailable`; the web answers those with 503.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, CursorResult, Engine, event, exc
from sqlalchemy.orm import Session

from .database import db

#: the connection of the transaction that this thread or task is in, and whether it may write
_current: ContextVar[tuple[Connection, bool] | None] = ContextVar("current_transaction", default=None)


#: done at the end of each writing transaction, before it is committed
before_commit: list[Callable[[Connection], None]] = []


class DatabaseUnavailable(Exception):
    """The database cannot be reached, or is too busy to answer in time. Trying again later is right."""


class UnstorableValue(ValueError):
    """A number or a text that no column holds: too large, or with a zero byte or half a surrogate pair. Nothing was written."""


class NotInWriting(RuntimeError):
    """A write was begun inside `reading()`."""


@contextmanager
def reading() -> Iterator[Connection]:
    """One consistent view of the database, however many statements."""
    joined = _joined()
    if joined:
        yield joined[0]
        return
    with _translated(), _present(db.engine).connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield from _within(connection, False)


@contextmanager
def writing() -> Iterator[Connection]:
    """Commits at the end, or writes nothing at all. Inside another `writing()`: a savepoint of it."""
    joined = _joined()
    if joined:
        connection, may_write = joined
        if not may_write:
            raise NotInWriting("begin with writing(): a reading() transaction cannot turn into a writing one")
        with connection.begin_nested():
            yield connection
        return
    with _translated(), queued(db.engine), _present(db.engine).connect() as connection:
        connection = connection.execution_options(writing=True)
        with connection.begin():
            yield from _within(connection, True)
            for finish in before_commit:
                finish(connection)


def in_writing() -> bool:
    """Is what is read now possibly not committed yet?"""
    joined = _joined()
    return joined is not None and joined[1]


def new_id(inserted: CursorResult[Any]) -> int:
    """The id that the database gave to an inserted row."""
    key = inserted.inserted_primary_key
    assert key is not None
    return int(key[0])


def _joined() -> tuple[Connection, bool] | None:
    current = _current.get()
    return current if current and current[0].engine is db.engine else None


def _within(connection: Connection, may_write: bool) -> Iterator[Connection]:
    token = _current.set((connection, may_write))
    try:
        yield connection
    finally:
        _current.reset(token)


@contextmanager
def queued(engine: Engine) -> Iterator[None]:
    """SQLite's writers wait in the kernel's queue; its own busy handler naps ever longer, and some starve.

    The file is opened anew each time: a descriptor shared by threads or forked children would share the lock.
    """
    if not _is_file(engine):
        yield
        return
    try:
        file = os.open(f"{engine.url.database}.write-lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DatabaseUnavailable("the folder of the database cannot be written to") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


#: the file that the pooled connections of an engine have open
_files: WeakKeyDictionary[Engine, int] = WeakKeyDictionary()


def _present(engine: Engine) -> Engine:
    """The engine, once it is sure that its SQLite file is the one that stands there now.

    Without this, a file that was moved away or restored from a copy would still be written to by connections that
    hold it open, and what they acknowledge would be lost; and a new connection would make an empty file.
    """
    if not _is_file(engine):
        return engine
    try:
        inode = Path(str(engine.url.database)).stat().st_ino
    except OSError as error:
        raise DatabaseUnavailable("the database's file is not there") from error
    if _files.setdefault(engine, inode) != inode:
        engine.dispose()
        _files[engine] = inode
    return engine


def _is_file(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite" and engine.url.database not in (None, "", ":memory:")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (exc.OperationalError, exc.InterfaceError) as error:
        if "no such" in str(error.orig):  # SQLite's word for a table or column that a migration should have made
            raise
        raise DatabaseUnavailable(type(error.orig).__name__) from error
    except exc.TimeoutError as error:
        raise DatabaseUnavailable("all connections are in use") from error
    except (exc.DataError, OverflowError, UnicodeEncodeError) as error:
        raise UnstorableValue(type(getattr(error, "orig", error)).__name__) from error
    except exc.DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise DatabaseUnavailable(type(error.orig).__name__) from error


@event.listens_for(Session, "before_flush")
def _refuse_unqueued_writes(session: Session, _context: object, _instances: object) -> None:
    """A flush of ORM objects would begin as a reader on SQLite, and pass the queue by."""
    if not session.info.get("writing"):
        raise NotInWriting("write with Core statements, inside storage.transactions.writing()")
