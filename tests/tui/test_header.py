import tui  # before Textual, whose environment it sets  # isort: split
from tui.header import station_words
from tui.station import Station
from tui.translation import Translator

assert tui
ES = Translator("es")


def test_the_role_gives_way_before_the_office_does():
    station = Station(
        "Oficina de demostración ICERT Pichincha", True, "Olga Operadora", ("operator",)
    )
    _, rest = station_words(station, ES, 80)
    assert rest.split("  ")[0].strip() == station.office
    assert rest.endswith(" Olga Operadora ")
    assert station_words(station, ES, 120)[1].endswith(" Olga Operadora (operador) ")
    assert station_words(station, Translator("en"), 120)[1].endswith(" Olga Operadora (operator) ")


def test_an_office_without_room_ends_after_a_word():
    long = Station("Registro Civil de Santo Domingo de los Tsáchilas, ventanilla 4", True, "Ana")
    assert "Registro Civil de Santo Domingo de los Tsáchilas,… " in station_words(long, ES, 72)[1]
