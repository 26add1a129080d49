"""Who does it, as a command is told: a member of the house's list, or whoever is named where there is none."""

from __future__ import annotations

from honnin.cli.data_folder import data_folder


def staff_name(data: str | None, by: str, *, demo: bool) -> str:
    """The name of who does it, as the pages would have it."""
    from honnin.adapters.house_file import load_house  # noqa: PLC0415
    from honnin.flows.staff import house_staff, member_of  # noqa: PLC0415

    return member_of(house_staff(load_house(data_folder(data)).staff, demo=demo), by).name
