"""A sealed column: text in Python, ciphertext on disk, asterisks wherever nobody asked for it."""

import json
import pickle
import uuid

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps

from zhibu.kernel.crypto import Sealed, SealedTextField, Tampered, rotate, seal

NUMBER = "440102195803122246"


@pytest.fixture
def record(transactional_db):
    """The table of a model with a sealed number."""
    with isolate_apps("zhibu.kernel"):

        class Record(models.Model):
            uid = models.UUIDField(default=uuid.uuid4, editable=False)
            number = SealedTextField(null=True)

            class Meta:
                app_label = "kernel"
                db_table = "test_sealed_record"

            def __str__(self):
                return str(self.uid)

        with connection.schema_editor() as editor:
            editor.create_model(Record)
        yield Record
        with connection.schema_editor() as editor:
            editor.delete_model(Record)


def on_disk(pk):
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM test_sealed_record WHERE id = %s", [pk])
        value = cursor.fetchone()[0]
    return None if value is None else bytes(value)


def test_text_is_sealed_on_disk_and_read_back(record):
    saved = record.objects.create(number=NUMBER)
    assert saved.number == NUMBER
    assert NUMBER.encode() not in on_disk(saved.pk)
    assert record.objects.get().number == NUMBER


@pytest.mark.parametrize("value", [None, "", "𠮷 o'clock"])
def test_nothing_empty_and_rare_characters_come_back_as_they_were(record, value):
    pk = record.objects.create(number=value).pk
    assert record.objects.get(pk=pk).number == value
    assert (on_disk(pk) is None) == (value is None)


def test_values_show_asterisks_and_open_only_with_the_records_uid(record):
    saved = record.objects.create(number=NUMBER)
    (shown,) = record.objects.values_list("number", flat=True)
    assert f"{shown} {shown!r} {shown:}" == "****** ****** ******"
    assert "440102" not in str(record.objects.values("number")[0])
    with pytest.raises(TypeError):
        json.dumps({"number": shown})
    assert shown.open(table="test_sealed_record", column="number", uid=saved.uid) == NUMBER
    with pytest.raises(Tampered):
        shown.open(table="test_sealed_record", column="number", uid=uuid.uuid4())
    assert pickle.loads(pickle.dumps(shown)) == shown


def test_a_value_pasted_from_another_record_does_not_open(record):
    mine, other = record.objects.create(number=NUMBER), record.objects.create(number="x")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE test_sealed_record SET number = %s WHERE id = %s", [on_disk(mine.pk), other.pk])
    with pytest.raises(Tampered):
        _ = record.objects.get(pk=other.pk).number


def test_bulk_create_and_raw_inserts_seal(record):
    record.objects.bulk_create([record(number="一"), record(number="二"), record(number=None)])
    uid = uuid.uuid4()
    raw = Sealed(seal("三", table="test_sealed_record", column="number", uid=uid))
    record.objects.create(uid=uid, number=raw)
    assert [row.number for row in record.objects.order_by("id")] == ["一", "二", None, "三"]


def test_update_and_bulk_update_refuse_plain_text(record):
    saved = record.objects.create(number=NUMBER)
    with pytest.raises(TypeError, match=r"sealed on save\(\)"):
        record.objects.update(number="1")
    with pytest.raises(TypeError, match=r"sealed on save\(\)"):
        record.objects.bulk_update([saved], ["number"])
    record.objects.update(number=None)
    assert record.objects.get().number is None


def test_an_untouched_value_is_written_back_unchanged_and_a_former_keys_value_anew(record):
    pk = record.objects.create(number=NUMBER).pk
    before = on_disk(pk)
    record.objects.get(pk=pk).save()
    assert on_disk(pk) == before
    rotate("field")
    record.objects.get(pk=pk).save()
    assert on_disk(pk)[1] != before[1]
    assert record.objects.get(pk=pk).number == NUMBER


@pytest.mark.parametrize("lookup", ["number", "number__contains", "number__in", "number__startswith"])
def test_comparing_is_refused_by_name(record, lookup):
    with pytest.raises(FieldError, match="blind index"):
        record.objects.filter(**{lookup: [NUMBER]})
    assert record.objects.filter(number__isnull=True).count() == 0


def test_copies_deferred_loads_and_refresh_show_the_right_text(record):
    record.objects.create(number=NUMBER)
    lazy = record.objects.defer("number").get()
    assert lazy.number == NUMBER
    twin = record()
    twin.__dict__.update(lazy.__dict__)  # what copy.copy() does
    twin.number = "other"
    assert (lazy.number, twin.number) == (NUMBER, "other")
    twin.refresh_from_db()
    assert twin.number == NUMBER
    twin.full_clean()
    assert twin.number == NUMBER


def test_a_record_without_uid_and_a_value_that_is_no_text_are_programming_errors(record):
    with pytest.raises(ValueError, match="no uid"):
        record.objects.create(uid=None, number=NUMBER)
    with pytest.raises(TypeError, match="takes text"):
        record.objects.create(number=440102195803122246)


def test_migrations_can_write_the_field_down(record):
    name, path, args, kwargs = record._meta.get_field("number").deconstruct()
    assert (name, path, args, kwargs) == ("number", "zhibu.kernel.crypto.fields.SealedTextField", [], {"null": True})
