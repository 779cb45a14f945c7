"""A machine with a reader, without the reader: the real agent, whose calls go to the platform through a test client."""

from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from zhibu.apps.cards.models import ReaderDevice
from zhibu.apps.cards.services import card_keys, devices
from zhibu.apps.organizations.models import Organization
from zhibu.kernel.crypto import current_key
from zhibu.reader.agent import Agent, CardGone
from zhibu.reader.link import Away, Link
from zhibu.reader.store import Store

SERVER = "http://testserver"


class Line:
    """The cable to the server: may be pulled, may lose answers on their way back."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=True)
        self.cut = self.deaf = False
        self.calls: list[bytes] = []

    def post(self, address: str, body: bytes, headers: dict[str, str], seconds: float) -> tuple[int, bytes]:
        if self.cut:
            raise Away("cut")
        self.calls.append(body)
        answer = self.client.post(
            urlsplit(address).path, body, content_type="application/json", headers={k: v for k, v in headers.items() if k != "Content-Type"}
        )  # fmt: skip
        if self.deaf:
            raise Away("the answer is lost")
        return answer.status_code, answer.content


class PlainCard:
    """A card that says its number and stores; `commands` are what it was asked."""

    storage = True

    def __init__(self, chip: str) -> None:
        self.chip = chip
        self.commands: list[bytes] = []

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        self.commands.append(command)
        if command[:2] == b"\xff\xca":
            return bytes.fromhex(self.chip), 0x9000
        return b"", 0x6D00


class CpuCard(PlainCard):
    """A card with a key; `key` None: it was copied from the number alone."""

    storage = False

    def __init__(self, chip: str, key: bytes | None) -> None:
        super().__init__(chip)
        self.key = key

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        if command[:2] == b"\x00\x88" and self.key is not None:
            self.commands.append(command)
            return card_keys.answer_of(self.key, command[5:21]), 0x9000
        return super().transmit(command)


class Snatched(PlainCard):
    """A card that is taken away too soon."""

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        raise CardGone


def genuine(chip: str) -> CpuCard:
    """Return a card as the maker delivers it: with the key made from the house's."""
    return CpuCard(chip, card_keys.own_key(current_key("card")[1], chip))


def device(at: Organization, name: str = "一号窗口") -> ReaderDevice:
    """Make a device that waits for its code."""
    made = ReaderDevice(organization=at, name=name)
    devices._give_code(made)
    made.save()
    return made


class Machine:
    """A machine enrolled at a desk."""

    def __init__(self, at: Organization, folder: Path, name: str = "一号窗口") -> None:
        key = Ed25519PrivateKey.generate()
        waiting = device(at, name)
        found = devices.enrol(waiting.code, key.public_key().public_bytes_raw().hex(), "电脑一")
        assert found is not None
        self.device, self.folder, self.line, self.said = found, folder, Line(), []
        self.store = Store(folder)
        self.store.begin(SERVER, str(found.uid), name, key)
        #: for those who measure: number of the tap -> when the card was laid down
        self.laid: dict[int, float] = {}
        self.start()

    def start(self) -> None:
        """Start the agent, as after a power cut: it knows what is on the disk and nothing else."""
        self.store.close()
        self.store = Store(self.folder)
        self.agent = Agent(self.store, Link(self.store, self.line.post), self.said.append, lambda: ["虚拟读卡器"])

    def tap(self, card: PlainCard | str, *, send: bool = True) -> None:
        """Lay a card on the reader; unless told otherwise the agent sends at once."""
        self.agent.read(f"reader {self.store.get('sequence')}", PlainCard(card) if isinstance(card, str) else card)
        if send:
            self.agent.send()
