"""Checks of the database itself."""

from pathlib import Path

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from zhibu.kernel.audit import triggers
from zhibu.kernel.doctor.registry import Finding, check, fault, ok

OLDEST_SQLITE = (3, 35, 0)  # DELETE … RETURNING
OLDEST_POSTGRES = (13,)
RESTORE = "请停止知部，保留原来的数据文件夹，用 zhibu restore 恢复最近一份备份。"


@check(20, "数据库连接", database=False, gate=True)
def reachable(full: bool) -> Finding:
    """The database answers, and its version will do."""
    if connection.vendor == "sqlite":
        place = Path(str(connection.settings_dict["NAME"]))
        if "mode=memory" not in str(place) and not place.is_file():
            return fault(f"没有数据库文件 {place}", "新装的请运行 zhibu migrate；否则请检查环境变量 ZHIBU_DATA。")
    try:
        connection.ensure_connection()
        version = connection.get_database_version()
    except DatabaseError as error:
        return fault(f"无法连接数据库：{error}", "请检查数据库是否已启动、环境变量 ZHIBU_DATABASE 是否正确。")
    name, oldest = ("SQLite", OLDEST_SQLITE) if connection.vendor == "sqlite" else ("PostgreSQL", OLDEST_POSTGRES)
    said = f"{name} {'.'.join(map(str, version))}"
    if version < oldest:
        return fault(f"{said} 太旧", f"请升级到 {name} {'.'.join(map(str, oldest))} 或更新的版本。")
    return ok(f"{said}，可以连接")


@check(30, "数据库结构", database=True, gate=True)
def migrated(full: bool) -> Finding:
    """The structure is this program's: not older, and not newer."""
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        return fault(f"还差 {waiting} 步升级", "请停止知部，运行 zhibu upgrade（先备份再升级）。")
    unknown = set(MigrationRecorder(connection).applied_migrations()) - set(executor.loader.disk_migrations)
    if unknown:
        return fault(f"数据库比程序新，有 {len(unknown)} 步升级程序不认得", "请装上与数据库相同或更新的版本。")
    return ok("与程序版本一致")


@check(40, "数据库文件")
def sound(full: bool) -> Finding:
    """SQLite: the write-ahead log is on; with --full every page and every reference is looked at."""
    if connection.vendor != "sqlite":
        return ok("由 PostgreSQL 管理")
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        if mode not in {"wal", "memory"}:
            return fault(
                f"写入方式是 {mode}，应为 wal：多人同时使用会变慢或出错",
                "请把数据文件夹放在本机磁盘上（不能是网络盘），再重新启动。",
            )
        if full:
            told = cursor.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if told != "ok":
                return fault(f"文件已损坏：{told}", RESTORE)
            if broken := cursor.execute("PRAGMA foreign_key_check").fetchall():
                return fault(f"有 {len(broken)} 处引用指向不存在的记录（如表 {broken[0][0]}）", RESTORE)
    return ok("逐页检查完好" if full else "写入方式正确（wal）")


@check(50, "操作记录的保护")
def guarded(full: bool) -> Finding:
    """The triggers that refuse changes to the trail are there."""
    gone = triggers.missing(connection)
    if gone:
        return fault(
            f"数据库里少了 {len(gone)} 个保护（{gone[0]} 等）", "请运行 zhibu migrate 补上，再用 --full 核验全部记录。"
        )
    return ok("禁止改动和删除的保护都在")
