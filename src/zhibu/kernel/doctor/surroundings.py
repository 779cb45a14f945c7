"""Checks of the machine around the platform: versions, folders, keys, space, settings."""

import os
import platform
import shlex
import shutil
import sys
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from zhibu.kernel.audit import AuditEntry
from zhibu.kernel.backup.drafts import megabytes
from zhibu.kernel.backup.making import has_database
from zhibu.kernel.crypto import KeyringError, keyring
from zhibu.kernel.doctor.registry import Finding, attention, check, fault, ok
from zhibu.kernel.serving.preparation import static_is_stale

OLDEST_PYTHON = (3, 11)
OPEN = 0o077
LITTLE, TOO_LITTLE = 2_000_000_000, 300_000_000
LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "testserver"}


@check(10, "运行环境", database=False)
def python(full: bool) -> Finding:
    """Python is new enough."""
    if sys.version_info < OLDEST_PYTHON:
        return fault(f"Python {platform.python_version()} 太旧", "请安装 Python 3.11 或更新的版本。")
    return ok(f"Python {platform.python_version()}")


@check(110, "数据文件夹", database=False)
def data_folder(full: bool) -> Finding:
    """Nobody but the platform's user can look into the data folder; with --full nor into anything in it."""
    folder = Path(settings.DATA)
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return fault(f"没有读写 {folder} 的权限", "请用启动知部的那个系统用户来运行，或把文件夹的所有者改为它。")
    if folder.stat().st_mode & OPEN:
        return fault(f"本机其他用户能进入 {folder}", f"请运行：chmod -R go= {shlex.quote(str(folder))}")
    loose = [place for place in (folder.rglob("*") if full else folder.iterdir()) if _is_open(place)]
    if loose:
        return attention(
            f"{folder} 里有 {len(loose):,} 个文件本机其他用户也能读（如 {loose[0].name}），现在只靠文件夹挡着",
            f"请运行：chmod -R go= {shlex.quote(str(folder))}",
        )
    return ok(f"{folder}，只有本用户能读写")


def _is_open(place: Path) -> bool:
    try:
        return not place.is_symlink() and bool(place.stat().st_mode & OPEN)
    except OSError:  # gone meanwhile
        return False


@check(15, "密钥", database=False, gate=True)
def keys(full: bool) -> Finding:
    """The key file is there and sound; looked at first, because whoever needs a key and finds no file makes a new one."""
    advice = "请先停止知部，再从备份恢复密钥文件。没有它，加密的内容打不开。"
    if not Path(settings.KEYRING).exists():
        if _in_use():
            return fault("密钥文件不见了，而数据库里已有数据", advice)
        return ok("尚未生成，第一次使用时生成")
    try:
        ring = keyring(reload=True)
    except KeyringError as error:
        return fault(str(error), advice)
    return ok(f"完好，共 {sum(map(len, ring.keys.values()))} 把")


def _in_use() -> bool:
    try:
        return has_database() and bool(AuditEntry.objects.system("doctor").exists())
    except DatabaseError:
        return False  # the check of the database says why


@check(12, "密钥的保管", database=False)
def key_permissions(full: bool) -> Finding:
    """Nobody but the platform's user can read the keys; looked at before they are read, which closes them."""
    for place in (Path(settings.KEYRING), Path(settings.DATA) / "secret_key"):
        if place.exists() and place.stat().st_mode & OPEN:
            return fault(f"本机其他用户能读密钥文件 {place.name}", f"请运行：chmod 600 {place}")
    return ok("只有本用户能读")


@check(130, "磁盘空间", database=False)
def space(full: bool) -> Finding:
    """There is room to go on writing."""
    free = shutil.disk_usage(settings.DATA).free
    if free < TOO_LITTLE:
        return fault(f"只剩 {megabytes(free)}，随时可能写不进数据", "请立即腾出空间，或换更大的磁盘。")
    if free < LITTLE:
        return attention(f"只剩 {megabytes(free)}", "请腾出空间，或换更大的磁盘。")
    return ok(f"剩余 {megabytes(free)}")


@check(400, "网页资源", database=False)
def static_files(full: bool) -> Finding:
    """Style sheets and scripts are those of this version."""
    if settings.DEBUG:
        return ok("开发模式，直接从程序里读取")
    if static_is_stale(Path(settings.STATIC_ROOT) / "staticfiles.json"):
        return attention(
            "还没有整理成这个版本的", "zhibu serve 启动时会自动整理；用别的方式启动时请运行 zhibu collectstatic。"
        )
    return ok("与程序版本一致")


@check(420, "安全设置", database=False)
def production(full: bool) -> Finding:
    """What is meant for trying out is off where others can reach the site."""
    public = [host for host in settings.ALLOWED_HOSTS if host not in LOOPBACK]
    trial = [name for name, on in (("ZHIBU_DEBUG", settings.DEBUG), ("ZHIBU_DEMO", settings.DEMO)) if on]
    if trial and public:
        return fault(f"对外的网站（{public[0]}）打开了 {'、'.join(trial)}", "请去掉这些环境变量，重新启动。")
    if trial:
        return attention(f"打开了 {'、'.join(trial)}，只适合试用", "正式使用前请去掉这些环境变量。")
    if settings.TIME_ZONE != "Asia/Shanghai":
        return attention(f"时区是 {settings.TIME_ZONE}", "应为 Asia/Shanghai，否则日期会差一天。")
    if public and not settings.SESSION_COOKIE_SECURE:
        return attention("没有使用 HTTPS，密码在网络上可能被窃听", "请在前面加 HTTPS 代理，并设 ZHIBU_HTTPS=1。")
    return ok("试用功能都已关闭")
