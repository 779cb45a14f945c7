"""What is printed of people: the registration form, the roster of an organisation."""

from zhibu.kernel.documents import Document, register

register(
    Document(
        code="people.card",
        label="人员登记表",
        permission="people.view",
        many="people.export",
        model="people.Person",
        template="people/card.typ",
        builder="zhibu.apps.people.documents.card.build",
    ),
)
