"""What the program chooses for somebody is never refused by its own rules."""

import pytest

from backend_client.choosing import first_password
from issuance.access.passwords import check_new_password
from ventanilla.compose import SystemRandomness


@pytest.mark.parametrize("name", ["ana", "mara", "rene"])
def test_a_first_password_never_holds_the_name_of_its_owner(name: str):
    made = [first_password(SystemRandomness(), (name, "Oficina de Quito")) for _ in range(60)]
    assert len({password.reveal() for password in made}) == len(made)
    for password in made:
        assert check_new_password(password, (name, "Oficina de Quito")) == ()
