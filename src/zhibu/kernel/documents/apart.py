"""Run as a file: sets one document in a fresh process, asked on standard input, answered on standard output.

It stands by itself (no Django, nothing of the platform), so that it starts at once. See `engine._apart`.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

import typst


def main() -> int:
    """Return 0 and write the PDF, or 1 and write what the typesetter said."""
    call = json.load(sys.stdin.buffer)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=call["fonts"])
    source = Path(call["main"])
    now = datetime.fromisoformat(call["now"]) if call["now"] else None
    try:
        made = typst.Compiler(font_paths=fonts).compile(
            input=source,
            root=source.parent,
            format="pdf",
            pdf_standards=call["standard"],
            timestamp=now,
            sys_inputs={"data": call["text"]},
            pdf_tags=call["tags"],
        )
    except typst.TypstError as error:
        sys.stderr.write(error.diagnostic or error.message)
        return 1
    sys.stdout.buffer.write(bytes(made))  # type: ignore[arg-type]  # one input, no output file: bytes
    return 0


if __name__ == "__main__":
    sys.exit(main())
