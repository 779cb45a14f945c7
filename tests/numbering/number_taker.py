"""A process that takes numbers for rows, every third time in vain: `python … HOW_MANY`. Prints a line once it works."""

import sys

import django


def main() -> None:
    django.setup()
    from django.db import connection, transaction

    from zhibu.kernel.numbering import next_number

    for turn in range(int(sys.argv[1])):
        try:
            with transaction.atomic():
                number = next_number("letter", 2026)
                with connection.cursor() as sql:
                    sql.execute("INSERT INTO letter (number) VALUES (%s)", [number])
                if turn % 3 == 2:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        if turn == 0:
            print("at work", flush=True)


if __name__ == "__main__":
    main()
