"""Individual numbers over the JSON API: what is kept, without digits; delivery, encrypted for a system of the house.

The digits leave only as JWE for a public key that house.yaml names (`number_recipients`), and the ledger says so first.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from honnin.core.errors import StoreError
from honnin.flows.number_desk import NumberDesk
from honnin.records.number_delivery import MAX_KEY
from honnin.server.frame import services_of

router = APIRouter(prefix="/numbers", tags=["numbers"])

NumberId = Annotated[str, Path(pattern="^[0-9A-HJKMNP-TV-Z]{26}$", description="Number of keeping")]


class NumberLine(BaseModel):
    """One kept number, without the digits. `retention_until`: the last day on which it is needed, if that is known."""

    number_id: str
    record_id: str
    purpose: str
    stored_at: datetime
    retention_until: date | None


class DeliveryIn(BaseModel):
    """`purpose`: that for which the number was received; `recipient`: public key as PEM (X25519, or RSA of 2048 to 8192
    bits).
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"purpose": "withholding_tax", "recipient": "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n"}
            ]
        },
    )

    purpose: str = Field(max_length=40)
    recipient: str = Field(max_length=MAX_KEY)


class DeliveryOut(BaseModel):
    """`jwe`: RFC 7516 compact; its payload has individual_number, number_id, purpose, tenant, delivered_at."""

    number_id: str
    jwe: str


@router.get("")
def of_record(
    request: Request, record_id: Annotated[str, Query(pattern="^[0-9A-HJKMNP-TV-Z]{26}$")]
) -> list[NumberLine]:
    """What is kept with that record."""
    return [
        NumberLine(
            number_id=each.number_id, record_id=each.record_id, purpose=each.purpose, stored_at=each.stored_at_utc,
            retention_until=each.retention_until,
        )
        for each in _desk(request).of_record(record_id)
    ]


@router.post("/{number_id}/delivery")
def deliver(request: Request, number_id: NumberId, body: DeliveryIn) -> DeliveryOut:
    """The number, readable by the holder of the recipient's private key alone."""
    jwe = _desk(request).deliver(number_id, body.recipient.encode(), purpose=body.purpose)
    return DeliveryOut(number_id=number_id, jwe=jwe)


def _desk(request: Request) -> NumberDesk:
    desk = services_of(request).numbers
    if desk is None:
        raise StoreError("number.vault", "the store of individual numbers cannot be used")
    return desk

