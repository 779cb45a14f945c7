"""What must hold before the server starts; each failure is one Chinese sentence that says what to do."""

import errno
import socket
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


class CannotServe(Exception):
    """The server cannot start; the text is the message for the operator."""


def prepare(host: str, port: int) -> None:
    """Check port and database, bring the static files up to date. Raises CannotServe."""
    check_port(host, port)
    check_migrations()
    refresh_static()


def check_port(host: str, port: int) -> None:
    """Raise CannotServe unless this address can be listened on."""
    if not 1 <= port <= 65535:
        raise CannotServe(f"端口 {port} 无效。端口是 1 到 65535 之间的整数，例如 --port 8000。")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError):
        raise CannotServe(f"地址 {host} 无法识别。请检查 --host，例如 127.0.0.1。") from None
    with socket.socket(family, kind, protocol) as probe:
        # as the server does: a port in TIME_WAIT is free
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as problem:
            raise CannotServe(_port_message(host, port, problem.errno)) from None


def _port_message(host: str, port: int, number: int | None) -> str:
    if number == errno.EADDRINUSE:
        return f"端口 {port} 已被其他程序占用。请先关闭那个程序，或换一个端口，例如 --port {_another(port)}。"
    if number == errno.EACCES:
        return f"没有使用端口 {port} 的权限（1024 以下需要管理员）。请换一个端口，例如 --port 8000。"
    return f"本机没有地址 {host}。请检查 --host：只在本机使用填 127.0.0.1，供其他电脑访问填 0.0.0.0。"


def _another(port: int) -> int:
    return port + 1 if port < 65535 else port - 1


def check_migrations() -> None:
    """Raise CannotServe when the database is out of reach or its structure is not this version's."""
    try:
        executor = MigrationExecutor(connection)
        open_steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as problem:
        raise CannotServe(f"无法连接数据库：{problem}。请检查数据库是否已启动、ZHIBU_DATABASE 是否正确。") from None
    finally:
        connection.close()
    if open_steps:
        raise CannotServe(f"数据库还没有升级到当前版本（还差 {open_steps} 步）。请先运行：zhibu migrate")


def refresh_static() -> None:
    """Collect the static files when they were never collected or are older than those of the installed package.

    Nothing to do in debug mode, where they are served from where they lie.
    """
    if settings.DEBUG or not static_is_stale(Path(settings.STATIC_ROOT) / "staticfiles.json"):
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def static_is_stale(manifest: Path) -> bool:
    """Tell whether the manifest is absent or older than any source file. It is written last, so it vouches for all."""
    if not manifest.is_file():
        return True
    collected = manifest.stat().st_mtime
    return any(
        Path(storage.path(name)).stat().st_mtime > collected
        for finder in get_finders()
        for name, storage in finder.list([])
    )
