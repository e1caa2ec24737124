"""Findings of a check in a thread reach the screen one by one."""

import asyncio
import threading

import pytest

from backend_client.telling import as_told
from issuance.evidence.report import DocumentReport, PhotoReport
from issuance.findings import Finding, blocks, informs
from issuance.findings.evidence import EvidenceCode

FIRST, SECOND = informs(EvidenceCode.PROGRESSIVE), blocks(EvidenceCode.BLUR)


def test_a_finding_arrives_while_the_check_still_runs():
    seen = threading.Event()

    def check(tell) -> PhotoReport:
        tell(FIRST)
        assert seen.wait(30), "the finding did not arrive before the check ended"
        return PhotoReport(findings=(FIRST, SECOND))

    async def collect() -> list[object]:
        arrived: list[object] = []
        async for each in as_told(lambda tell: asyncio.to_thread(check, tell)):
            arrived.append(each)
            seen.set()
        return arrived

    assert asyncio.run(collect()) == [FIRST, SECOND, PhotoReport(findings=(FIRST, SECOND))]


def test_a_check_that_fails_fails_where_it_is_awaited():
    def check(tell) -> PhotoReport:
        tell(FIRST)
        raise LookupError

    async def collect(arrived: list[Finding | PhotoReport | DocumentReport]) -> None:
        async for each in as_told(lambda tell: asyncio.to_thread(check, tell)):
            arrived.append(each)

    arrived: list[Finding | PhotoReport | DocumentReport] = []
    with pytest.raises(LookupError):
        asyncio.run(collect(arrived))
    assert arrived == [FIRST]
