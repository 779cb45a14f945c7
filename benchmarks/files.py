"""Files: taking in a scan of 20 MB and sending it, beside writing and reading the same bytes plainly.

Limits: 5 × for taking in (checked, addressed, sealed, named in the database), 40 × for sending: reading from the page
cache alone is 10 GB/s, sealed content is opened twice, once to see that all of it opens.
"""

import io
import os
import statistics
import time
from pathlib import Path

from harness import Bench, ms

SIZE = 20_000_000 - 64
STORING, SENDING = 5.0, 40.0


def scan() -> bytes:
    """Return a PDF of SIZE bytes that was never stored before."""
    return b"%PDF-1.4\n" + os.urandom(SIZE) + b"\n%%EOF\n"


def plainly(folder: Path, content: bytes) -> tuple[float, float]:
    """Return the seconds of writing (synced and renamed) and of reading the bytes, nothing else."""
    start = time.perf_counter()
    draft = folder / "draft"
    with draft.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.rename(folder / "plain")
    written = time.perf_counter()
    with (folder / "plain").open("rb") as file:
        while file.read(65_536):
            pass
    return written - start, time.perf_counter() - written


def through_the_store(content: bytes) -> tuple[float, float]:
    """Return the seconds of storing an upload and of sending it."""
    from zhibu.kernel import files

    start = time.perf_counter()
    blob = files.store(io.BytesIO(content), name="scan.pdf", policy=files.DOCUMENT)
    stored = time.perf_counter()
    response = files.serve_blob(blob, name="scan.pdf")
    sent = sum(map(len, response.streaming_content))
    response.close()
    assert sent == len(content)
    return stored - start, time.perf_counter() - stored


def main() -> None:
    """Measure and tell."""
    bench = Bench(__doc__ or "", rounds=9)
    through_the_store(scan())
    pairs = []
    for _ in range(bench.options.rounds):
        content = scan()
        pairs.append((*plainly(bench.folder, content), *through_the_store(content)))
    write, read, store, send = (statistics.median(column) for column in zip(*pairs, strict=True))
    for what, took, raw, limit in (("taking in", store, write, STORING), ("sending", send, read, SENDING)):
        measured = f"{ms(took)}, {SIZE / took / 1e6:.0f} MB/s"
        bench.tell(f"{what} a scan of 20 MB", took / raw, limit, measured, ms(raw))
    bench.end()


if __name__ == "__main__":
    main()
