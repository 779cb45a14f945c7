"""Publicity (公示): a notice posted for so many working days, its clock, objections, and a plain public page.

    post(act, organization, NewPublicity(...)) -> Publicity     # the app's own act; the subject is the app's record
    change(act, publicity, Changed(...))                          # whatever changes while it hangs starts the clock anew
    object_(act, publicity, NewObjection(...)); handle(act, objection, Handled(...))
    close(act, publicity, Closing(...))                           # the day after its last day at the earliest
    withdraw(act, publicity, Why(reason))

The kernel declares no act of its own: the app that posts registers Actions on `kernel.Publicity` and
`kernel.PublicityObjection` with `when=Q(kind=…)` and its own permission. It hears `PublicityClosed`, `PublicityRestarted` and
`PublicityWithdrawn` (kernel.publicity.events) in the same transaction. The day of posting is left out; working days are those
of the work calendar; a year that is not loaded blocks the end with words.
"""
