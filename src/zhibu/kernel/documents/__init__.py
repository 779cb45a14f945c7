"""Documents: what an office prints, as PDF with Chinese fonts. One pipeline for every app.

    # apps/people/documents/__init__.py          templates lie beside it: apps/people/documents/card.typ
    register(
        Document(
            code="people.card", label="人员登记表", permission="people.view", model="people.Person",
            template="people/card.typ", builder="zhibu.apps.people.documents.card.build",
        )
    )

    def build(actor: Actor, rows: Sequence[Person]) -> Content:      # plain data, what the actor may see of it
        return Content(title="张三的人员登记表", data={"people": [...]}, sensitive="证件号码")

    // card.typ
    #import "/house.typ": *
    #show: document
    #for one in data.people [ #heading-line[#one.name] … ]

The console offers it on the record page (打印) and for the rows ticked in a list (打印所选). What an app prints by itself
it answers with `answer(request, document, rows)`, or takes as bytes from `render(document, content)`.
A character that no font has is an error that names it (`MissingGlyph`), never a box on paper.
"""

from zhibu.kernel.documents.declare import Content, Document, all_documents, get, register
from zhibu.kernel.documents.engine import DocumentError, MissingGlyph
from zhibu.kernel.documents.printing import render
from zhibu.kernel.documents.serving import answer, answer_with

__all__ = [
    "Content",
    "Document",
    "DocumentError",
    "MissingGlyph",
    "all_documents",
    "answer",
    "answer_with",
    "get",
    "register",
    "render",
]
