"""A small Party organisation: branches in a tree, people in branches, letters, tags and health records."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q

from zhibu.kernel.scope import OpenModel, ScopedModel
from zhibu.kernel.tree import PathField, under


class Branch(ScopedModel):
    scope_permission = "branches.view"

    name = models.CharField(max_length=40)
    path = PathField(unique=True)

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return under("path", paths)


class Tag(OpenModel):
    name = models.CharField(max_length=40, unique=True)


class Person(ScopedModel):
    scope_permission = "people.view"

    name = models.CharField(max_length=40)
    number = models.CharField(max_length=20, unique=True)
    salary = models.IntegerField(default=0)
    joined = models.DateField(null=True)
    tags = models.ManyToManyField(Tag, related_name="people")

    class Meta:
        constraints = [models.UniqueConstraint("name", "salary", name="one_name_and_salary")]

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        mine = Affiliation.objects.system("scope").filter(under("branch__path", paths), person=OuterRef("pk"))
        return Q(Exists(mine))


class Affiliation(ScopedModel):
    scope_permission = "people.view"

    person = models.ForeignKey(Person, models.PROTECT, related_name="affiliations")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="affiliations")

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return under("branch__path", paths)


class Letter(ScopedModel):
    scope_permission = "letters.view"

    organization = models.ForeignKey(Branch, models.PROTECT, related_name="letters")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="letters")
    readers = models.ManyToManyField(Person, related_name="letters_to_read")
    text = models.CharField(max_length=40)
    # without a constraint, for an app without migrations is created before the table of content types
    about_type = models.ForeignKey(ContentType, models.PROTECT, null=True, db_constraint=False)
    about_id = models.BigIntegerField(null=True)
    about = GenericForeignKey("about_type", "about_id")


class Health(ScopedModel):
    scope_permission = "health.view"

    person = models.OneToOneField(Person, models.PROTECT, related_name="health")
    illness = models.CharField(max_length=40)

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        inside = Person.objects.system("scope").filter(Person.scope_q(paths), pk=OuterRef("person"))
        return Q(Exists(inside))


class Rank(OpenModel):
    """Reference data with people behind it, so that its joins can be tried."""

    name = models.CharField(max_length=40)
    holders = models.ManyToManyField(Person, related_name="ranks")
