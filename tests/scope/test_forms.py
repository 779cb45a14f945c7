"""Drop-downs and formsets show and accept rows of the actor's subtrees only."""

from typing import Any

import django_filters
import pytest
from django import forms
from django.forms import formset_factory, inlineformset_factory, modelform_factory, modelformset_factory
from django.utils.datastructures import MultiValueDict

from tests.scope.app.models import Branch, Letter, Person, Tag
from tests.scope.conftest import World
from zhibu.kernel.scope import Unscoped, bind

LetterForm = modelform_factory(Letter, fields=["organization", "person", "text"])


class Choice(forms.Form):
    person = forms.ModelChoiceField(Person.objects.all(), required=False)
    people = forms.ModelMultipleChoiceField(Person.objects.all(), required=False)
    tag = forms.ModelChoiceField(Tag.objects.all(), required=False)


def choices(field: Any) -> set[Any]:
    return {str(value) for value, _ in field.choices if str(value)}


def keys(*rows: Any) -> set[str]:
    return {str(row.pk) for row in rows}


def test_an_unbound_form_refuses_to_render(world: World) -> None:
    with pytest.raises(Unscoped):
        str(Choice()["person"])


def test_bound_drop_downs_hold_visible_rows(world: World) -> None:
    form = Choice()
    bind(form, world.secretary)
    assert choices(form.fields["person"]) == choices(form.fields["people"]) == keys(world.li, world.zhao)
    assert choices(form.fields["tag"]) == keys(world.tag)
    assert "value" in str(form["person"])


def test_binding_one_form_leaves_the_class_closed(world: World) -> None:
    bind(Choice(), world.secretary)
    with pytest.raises(Unscoped):
        choices(Choice().fields["person"])


def test_an_opened_queryset_stays(world: World) -> None:
    form = Choice()
    form.fields["person"].queryset = Person.objects.system("all may be named").filter(name="王")  # type: ignore[attr-defined]
    bind(form, world.secretary)
    assert choices(form.fields["person"]) == keys(world.wang)


def test_another_permission(world: World) -> None:
    form = Choice()
    bind(form, world.secretary, "people.edit")
    assert choices(form.fields["person"]) == set()


def test_a_forged_choice_is_refused(world: World) -> None:
    for person, valid in ((world.li, True), (world.wang, False)):
        form = LetterForm({"organization": world.east.pk, "person": person.pk, "text": "x"})
        bind(form, world.secretary)
        assert form.is_valid() is valid
    several = Choice(MultiValueDict({"people": [world.li.pk, world.wang.pk]}))
    bind(several, world.secretary)
    assert set(several.errors) == {"people"}


def test_a_plain_formset_with_its_empty_form(world: World) -> None:
    formset = formset_factory(Choice, extra=2)()
    bind(formset, world.secretary)
    for form in (*formset.forms, formset.empty_form):
        assert choices(form.fields["person"]) == keys(world.li, world.zhao)


def test_forms_made_before_the_binding_are_bound(world: World) -> None:
    formset = formset_factory(Choice, extra=1)()
    [form] = formset.forms
    bind(formset, world.secretary)
    assert choices(form.fields["person"]) == keys(world.li, world.zhao)


def test_a_model_formset_edits_visible_rows(world: World) -> None:
    formset = modelformset_factory(Letter, LetterForm, extra=0)()
    bind(formset, world.secretary)
    assert [form.instance for form in formset.forms] == [world.letter]
    assert "option" in str(formset)


def inline(world: World, data: Any) -> Any:
    formset = inlineformset_factory(Branch, Letter, LetterForm, fk_name="organization", extra=1)
    bound = formset(data, instance=world.east)
    bind(bound, world.secretary)
    return bound


def posted(world: World, letter: Letter, person: Person) -> dict[str, Any]:
    return {
        "letters-TOTAL_FORMS": 1,
        "letters-INITIAL_FORMS": 1,
        "letters-0-id": letter.pk,
        "letters-0-organization": world.east.pk,
        "letters-0-person": person.pk,
        "letters-0-text": "改过",
    }


def test_an_inline_formset_saves_visible_rows(world: World) -> None:
    formset = inline(world, posted(world, world.letter, world.zhao))
    assert formset.is_valid(), formset.errors
    formset.save()
    world.letter.refresh_from_db()
    assert (world.letter.text, world.letter.person) == ("改过", world.zhao)


def test_a_forged_inline_post_is_refused(world: World) -> None:
    foreign = Letter._base_manager.get(organization=world.west)
    assert not inline(world, posted(world, foreign, world.li)).is_valid()
    assert not inline(world, posted(world, world.letter, world.wang)).is_valid()
    foreign.refresh_from_db()
    assert foreign.text == "西片的信"


class LetterFilter(django_filters.FilterSet):
    class Meta:
        model = Letter
        fields = ["person"]


def test_a_filter_set_filters_by_visible_rows(world: World) -> None:
    letters = Letter.objects.visible_to(world.secretary)
    found = LetterFilter({"person": world.li.pk}, letters)
    bind(found.form, world.secretary)
    assert list(found.qs) == [world.letter]
    forged = LetterFilter({"person": world.wang.pk}, letters)
    bind(forged.form, world.secretary)
    assert "person" in forged.form.errors
    with pytest.raises(Unscoped):
        LetterFilter({"person": world.li.pk}, letters).form.is_valid()
