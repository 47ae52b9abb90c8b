"""The description against the server: every answer is one that it names, in its shape."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
)

from semtui.storage.history.schema import FILE_NAME
from semtui.web.openapi import description
from tests.web.serving import Desk, a_link, serving

SCHEMA = schemathesis.openapi.from_dict(description())
ENDLESS = "/api/v1/events"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("history")
    with serving(history=folder / FILE_NAME) as served:
        served.live.handle(a_link(served.clock))
        served.read(812)
        yield served


@SCHEMA.exclude(path=ENDLESS).parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_described(case: Case, desk: Desk) -> None:
    # No schema can say that a range must end after it begins; and an empty value is none.
    case.call_and_validate(
        base_url=desk.url, excluded_checks=[positive_data_acceptance, negative_data_rejection]
    )


def test_every_address_is_described(desk: Desk) -> None:
    served = {route.path for route in desk.view.app.routes if hasattr(route, "path")}
    assert served - {"/", "/{name:path}"} == set(SCHEMA.raw_schema["paths"])
    assert desk.get("/api/v1/openapi.json").json() == description()
