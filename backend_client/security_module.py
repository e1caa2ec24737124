"""The security module an office's signing key is to be made in, tried before anything is made."""

from backend_client.at_the_station.token import open_token
from backend_client.at_the_station.token_probe import module_finding
from issuance.certificates.authority_token import TokenPlan
from issuance.certificates.token_calls import TokenAddress
from issuance.findings import Finding
from issuance.secret import Secret

__all__ = ["TokenPlan", "try_security_module"]


def try_security_module(
    module: str, label: str, key_label: str, pin: Secret
) -> TokenPlan | Finding:
    """Log in to a token once; what comes back names the very token that was there.

    Blocking. A wrong PIN is counted by the token.
    """
    if finding := module_finding(module):
        return finding
    opened = open_token(TokenAddress(module=module, label=label), pin)
    if isinstance(opened, Finding):
        return opened
    opened.close()
    return TokenPlan(opened.address, pin, key_label)
