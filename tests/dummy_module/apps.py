from __future__ import annotations

import dataclasses

from balai.modules import CityModule, Periodic, Service


@dataclasses.dataclass(frozen=True)
class DummyOptions:
    longest_note: int = 200


class DummyConfig(CityModule):
    name = "tests.dummy_module"
    label = "dummy"
    verbose_name = "Dummy"
    summary = "Notes that neighbours leave for each other."
    icon = "tag"
    requires = ("news",)
    options = DummyOptions
    schedule = {"sweep": Periodic("tests.dummy_module.tasks.sweep", every=60)}
    services = (
        Service(
            name="Notes",
            summary="Read and leave notes.",
            icon="tag",
            url_name="dummy:notes",
            category="lainnya",
        ),
    )
