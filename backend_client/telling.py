"""Findings of a check that runs in a thread, handed over the moment each is made."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from issuance.evidence.report import DocumentReport, PhotoReport, Tell
from issuance.findings import Finding

Report = PhotoReport | DocumentReport


async def as_told(check: Callable[[Tell], Awaitable[Report]]) -> AsyncIterator[Finding | Report]:
    """Yield each finding of a check once, as it is told or at the end, and last the report."""
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[Finding | None] = asyncio.Queue()

    def tell(finding: Finding) -> None:
        loop.call_soon_threadsafe(told.put_nowait, finding)

    checking = asyncio.ensure_future(check(tell))
    checking.add_done_callback(lambda _: told.put_nowait(None))
    seen: list[Finding] = []
    while (finding := await told.get()) is not None:
        seen.append(finding)
        yield finding
    report = await checking
    for finding in report.findings:
        if finding not in seen:
            yield finding
    yield report
