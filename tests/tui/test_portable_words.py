"""How an application is called in lists: by its name, and by its key where two share the name."""

from tui.portable_words import application_words, shared_names


def test_a_name_stands_alone_until_another_application_has_it_too():
    shared = shared_names([("Gestor", "gestor-0001"), ("Gestor", "gestor-0002"), ("Uno", "uno")])
    assert application_words("Uno", "uno", shared) == "Uno"
    assert application_words("Gestor", "gestor-0002", shared) == "…tor-0002 Gestor"
    assert application_words("", "gestor-0002", shared) == "gestor-0002"
    assert shared_names([("Uno", "uno"), ("Uno", "uno")]) == frozenset()
