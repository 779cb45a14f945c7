"""Typed events inside the transaction: how a later subsystem reacts to an earlier one without being imported by it.

    @dataclass(frozen=True)
    class PersonRetired(Event):
        '''A person's employment turned into retirement. Published by people.services.retire.'''
        person_id: int
        on: date

    subscribe(PersonRetired)(close_payroll)          # in AppConfig.ready of payroll
    publish(PersonRetired(person.pk, on=effective))  # in people.services, inside its transaction

Handlers run at once, in the same transaction, and call services. A handler that must forbid the act raises
`Veto`, which is a `Refused` (kernel.actions) as the services it calls raise it: everything rolls back and the user
reads why. Whatever leaves the platform (mail, SMS) is not for a handler: it writes a row of an outbox instead.

The order of handlers is declared, not accidental: by the place of the handler's app in INSTALLED_APPS, then by the
order of subscription inside that app. In what order modules happen to be imported changes nothing.
"""

from zhibu.kernel.events.bus import Event, Listing, Veto, catalogue, isolated, publish, subscribe

__all__ = ["Event", "Listing", "Veto", "catalogue", "isolated", "publish", "subscribe"]
