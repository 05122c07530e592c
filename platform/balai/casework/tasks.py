"""Background work. Rows are the truth: every task may be lost, repeated or killed."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone, translation

from balai.casework import contacts, receipts, telling
from balai.casework.actions import arrival, cells, figures, following, policies, transferring
from balai.casework.sweep import sweep as sweep_cases
from tenants.current import current_city, in_city
from tenants.models import City


@shared_task
def take_in_case(sender: str, key: str) -> None:
    """Runs in the receiving city: fetches a case that the sender has prepared, keeps it, and tells the sender."""
    there, here = City.objects.get(slug=sender), current_city()
    with in_city(there):
        packet = arrival.packet(UUID(key))
    if packet is None:
        return
    try:
        with in_city(here):
            receipt = arrival.take_in(packet)
    except arrival.NotTaken as refusal:
        with in_city(there):
            transferring.take_back(key=UUID(key), reason=str(refusal))
    else:
        with in_city(there):
            transferring.confirm(key=UUID(key), receipt=receipt)


@shared_task
def take_back_case(receiver: str, key: str) -> None:
    """Runs in the city that sent a case, which the receiver has sent back: it goes on here, and nothing waits there."""
    there, here = City.objects.get(slug=receiver), current_city()
    with in_city(there):
        slip = arrival.return_slip(UUID(key))
    if slip is None:
        return
    with in_city(here):
        transferring.take_back(key=UUID(key), reason=slip.reason, receipt=slip.receipt)
    with in_city(there):
        transferring.settled(key=UUID(key))


@shared_task
def sweep_transfers() -> int:
    """Finds handings-over that wait for the other city."""
    return transferring.knock_again()


@shared_task
def sweep() -> int:
    """Deals with what is due in the current city and tells whom it concerns; returns the number of cases."""
    city = current_city()
    with timezone.override(city.timezone), translation.override(city.language):
        policies.apply_pending()
        swept = sweep_cases()
        telling.tell()
    return swept.cases


@shared_task
def update_figures() -> int:
    """Brings the daily figures up to date, and folds the numbers of the map."""
    cells.settle()
    return figures.update_figures()


@shared_task
def tell_followers() -> int:
    """Tells those who follow a case or an area what has happened."""
    return following.tell_followers()


@shared_task
def drop_receipts() -> int:
    """Removes receipts that no phone can ask for any more; returns how many."""
    return receipts.drop_old()


@shared_task
def erase_old_contacts() -> None:
    """Erases the contacts of residents whose cases were closed long ago; what one run leaves, the next one takes."""
    contacts.erase_old_contacts()
