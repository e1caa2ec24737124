"""The two institutions, made once a session: what is asked of them changes only their logs."""

from collections.abc import Iterator

import pytest

from issuance.engine.portable_issuing import certify
from issuance.engine.signing_streams import permission_ref
from issuance.signing.application_stream import Grant
from issuance.signing.commands import RegisterApplication, SetApplicationPermission
from issuance.signing.ticket_token import UNATTENDED
from tests.engine.ministry import Ministry, found_platform, give, opened
from tests.engine.signing.isolation.world import DIGITS, NAMES, RUNS, SECRETS, World, ticket


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("isolation") / "office"
    found_platform(folder)
    platform = opened(folder)
    engine, office = platform.engine, platform.engine.office
    sessions = {"centre": platform.session}
    sees: dict[str, tuple[tuple[int, str | None], ...]] = {
        "centre": ((0, None), (1, None)),
        "nobody": (),
    }
    ministries, certificates = [], {}
    for which, rut in enumerate(("61979830-9", "61979440-0")):
        ministry = Ministry.enabled(office, NAMES[which], rut)
        ministries.append(ministry)
        application = office.sources.identifiers.new()
        grants = tuple(Grant(purpose=UNATTENDED, run=run) for run in RUNS[which])
        registered = RegisterApplication(
            institution=ministry.id,
            name="Sistema de Gestión",
            key=f"sistema-{which}",
            grants=grants,
            secret=SECRETS[which],
        )
        give(engine, platform.session, registered, "application", application)
        for run in RUNS[which]:
            official = ministry.register(f"{run}-{DIGITS[run]}", f"Persona{DIGITS[run]}")
            certificate = ministry.approved(official, UNATTENDED)
            assert certify(office, "mario", certificate) == ()
            certificates[run] = certificate
            session = ministry.seat(f"holder{run}", official)
            sessions[f"holder{run}"], sees[f"holder{run}"] = session, ((which, run),)
            ref = permission_ref(certificate, application)
            enable = SetApplicationPermission(
                certificate=certificate, application=application, enabled=True
            )
            assert give(engine, session, enable, ref.kind, ref.id).applied
            assert ticket(engine, which, NAMES[which], run).status == 200
            assert ticket(engine, which, NAMES[which], run, "Desatendida").status == 404
        sessions[f"operator{which}"] = ministry.seat(f"operator{which}", None)
        sees[f"operator{which}"] = ((which, None),)
    ids = tuple(each.id for each in ministries)
    yield World(engine, ids, certificates, sessions, sees)
    platform.close()
