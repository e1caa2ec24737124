"""`ventanilla serve`: serves an office to many counters, on loopback or on a Unix socket."""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.translation import N_
from ventanilla.credential import NoLogInError, read_credential

if TYPE_CHECKING:
    import socket

    from server.opened_office import ServedOffice
    from server.proxies import Proxies
    from tui.translation import Translator

EXIT_USAGE: Final = 64
EXIT_NO_INPUT: Final = 66
EXIT_UNAVAILABLE: Final = 69
HOST: Final = "127.0.0.1"
PORT: Final = 8765
_NEEDED: Final = ("fastapi", "uvicorn", "prometheus_client")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What each process of the server is told; the password is read where it is needed."""

    office: Path
    service: str
    credential: Path | None
    proxy_addresses: tuple[str, ...]
    proxy_users: tuple[int, ...]
    group: int | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--office", type=Path, help="the office's folder (default: the one of this computer)"
    )
    parser.add_argument("--host", default=HOST, help=f"a loopback address (default {HOST})")
    parser.add_argument("--port", type=int, default=PORT, help=f"(default {PORT})")
    parser.add_argument("--socket", type=Path, help="a Unix socket instead of an address")
    parser.add_argument("--group", help="whose members may use the socket too")
    parser.add_argument(
        "--workers", type=int, default=1, help="processes (default 1; more need PostgreSQL)"
    )
    parser.add_argument(
        "--service", required=True, help="the user of role service that it works as"
    )
    parser.add_argument(
        "--credential",
        type=Path,
        help="a file of mode 0400 with its password (default: the credential systemd hands over)",
    )
    parser.add_argument(
        "--proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="believe what a proxy at this address says of client certificates",
    )
    parser.add_argument(
        "--proxy-user",
        action="append",
        default=[],
        metavar="USER",
        help="the same over the socket: a proxy that runs as this user",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; 64, 66 or 69 where that cannot begin."""
    from ventanilla.findings_text import terminal_words

    words = terminal_words()
    if _lacks():
        told = N_("What serves an office is not installed. `make server` installs it.")
        print(words(told), file=sys.stderr)
        return EXIT_UNAVAILABLE
    wish = _wish(arguments, words)
    if wish is None:
        return EXIT_USAGE
    if arguments.workers > 1 and not _is_shared(wish.office):
        told = N_("Several processes need an office on PostgreSQL; this one is served by one.")
        print(words(told), file=sys.stderr)
        return EXIT_USAGE
    listening = _listen(arguments, wish.group, words)
    if isinstance(listening, int):
        return listening
    try:
        if arguments.workers > 1:
            from server.workers import supervise

            return supervise(_serve, (wish, listening), arguments.workers)
        return _serve(wish, listening)
    finally:
        listening.close()
        if arguments.socket:
            arguments.socket.unlink(missing_ok=True)


def _lacks() -> bool:
    from importlib.util import find_spec

    return any(find_spec(name) is None for name in _NEEDED)


def _wish(arguments: argparse.Namespace, words: "Translator") -> _Wish | None:
    import grp
    import pwd

    from ventanilla.compose import office_folder

    try:
        group = grp.getgrnam(arguments.group).gr_gid if arguments.group else None
        users = tuple(pwd.getpwnam(name).pw_uid for name in arguments.proxy_user)
    except KeyError as error:
        told = N_("This computer knows no such user or group: {name}.")
        print(words(told, name=str(error.args[0]).rpartition(" ")[2]), file=sys.stderr)
        return None
    return _Wish(
        office=arguments.office or office_folder(),
        service=arguments.service,
        credential=arguments.credential,
        proxy_addresses=tuple(arguments.proxy),
        proxy_users=users,
        group=group,
    )


def _is_shared(office: Path) -> bool:
    from issuance.engine.storage import read_storage

    return not isinstance(read_storage(office).register, Path)


def _listen(
    arguments: argparse.Namespace, group: int | None, words: "Translator"
) -> "socket.socket | int":
    from issuance.access.durable_file import errno_name
    from server.listening import NotListening, listen_on_loopback, listen_on_socket

    place = arguments.socket or f"{arguments.host}:{arguments.port}"
    try:
        if arguments.socket:
            return listen_on_socket(arguments.socket, group)
        return listen_on_loopback(arguments.host, arguments.port)
    except NotListening as refused:
        told = {
            "loopback": N_(
                "{place}: only loopback is listened on. Put nginx before it for other computers."
            ),
            "folder": N_(
                "{place}: others may write in this folder. "
                "A socket needs a folder that is the server's alone."
            ),
        }[str(refused)]
        print(words(told, place=str(place)), file=sys.stderr)
        return EXIT_USAGE
    except (OSError, OverflowError) as error:
        told = N_("{place} cannot be listened on ({reason}).")
        reason = errno_name(error) if isinstance(error, OSError) else "ERANGE"
        print(words(told, place=str(place), reason=reason), file=sys.stderr)
        return EXIT_UNAVAILABLE


def _serve(wish: _Wish, listening: "socket.socket") -> int:
    """Open the office and serve it until a signal asks to end; what is begun is finished."""
    import signal

    from server.application import create_application
    from server.background import Background
    from server.journal import Journal
    from server.listening import http_server

    # Its server repeats the signal when it has ended; here that must not end the closing.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    served = _opened(wish)
    if served is None:
        return EXIT_NO_INPUT
    journal = Journal()
    rounds = Background(served, journal)
    try:
        journal.write("serving", place=str(listening.getsockname()))
        rounds.start()
        server = http_server(create_application(served, journal), listening, wish.group)
        server.run([listening])
    finally:
        rounds.stop()
        served.close()
        journal.write("ended")
    return 0


def _opened(wish: _Wish) -> "ServedOffice | None":
    from issuance.secret import Secret
    from server.opened_office import serve_office
    from ventanilla.compose import make_key, system_sources
    from ventanilla.findings_text import line, terminal_words

    try:
        password = Secret(read_credential(terminal_words(), wish.credential))
    except NoLogInError as missing:
        print(missing, file=sys.stderr)
        return None
    served = serve_office(
        wish.office, wish.service, password, system_sources(), make_key, _proxies(wish)
    )
    if isinstance(served, tuple):
        for finding in served:
            print(line(finding), file=sys.stderr)
        return None
    return served


def _proxies(wish: _Wish) -> "Proxies":
    from server.proxies import Proxies

    return Proxies(frozenset(wish.proxy_addresses), frozenset(wish.proxy_users))
