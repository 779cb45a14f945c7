"""`zhibu smsgateway`: a local gateway that takes SMS and shows them, for trying out and for training."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from zhibu.kernel.commandline.word import Word
from zhibu.kernel.messages.sms.gateway import MODES, TestGateway


class Command(Word):
    requires_system_checks: list[str] = []
    help = "启动测试短信网关：收下短信，不真正发送，在网页上显示；只供试用和培训。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8025, help="端口，默认 8025（只在本机可用）")
        parser.add_argument("--mode", choices=list(MODES), default="ok", help="怎样应答，可在网页上切换")
        parser.add_argument("--secret", default="", help="要求请求头 Authorization: Bearer 密钥")

    def handle(self, *args: Any, port: int, mode: str, secret: str, **options: Any) -> None:
        try:
            gateway = TestGateway(port=port, mode=mode, secret=secret)
        except OSError as error:
            raise CommandError(f"端口 {port} 不能使用（{error.strerror}）。请换一个端口：--port 8026") from None
        self.stdout.write(f"测试短信网关已启动：{gateway.home}（按 Ctrl-C 结束）")
        self.stdout.write(f"网站这样连接它：ZHIBU_SMS_URL={gateway.url} zhibu serve")
        self.stdout.flush()
        try:
            gateway.server.serve_forever()
        except KeyboardInterrupt:
            gateway.server.server_close()
