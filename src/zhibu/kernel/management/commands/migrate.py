"""`zhibu migrate`: Django's command, explained in Chinese."""

from django.core.management.commands import migrate

from zhibu.kernel.commandline.word import Word


class Command(Word, migrate.Command):
    help = (
        "建立数据库，或把它升级到这个版本；已是当前版本时不作改动。正式使用的网站请用 zhibu upgrade（先备份再升级）。"
    )
    option_help = {
        "app_label": "只升级这一部分（一般不用）",
        "migration_name": "只升级到这一步（一般不用）",
        "interactive": "不提问",
        "plan": "只列出要做的各步，不执行",
        "check_unapplied": "只检查：还有没做的升级时退出码为 1",
        **dict.fromkeys(("database", "fake", "fake_initial", "run_syncdb", "prune")),
    }
