"""A certificate handed over by commands alone, so that its contract stays unsigned."""

import base64
import hashlib

from cryptography import x509

from issuance.cases.commands.activation import RecordDelivery, RequestCertificate
from issuance.certificates.keys import PrivateKey
from issuance.certificates.pkcs12 import write_pkcs12
from issuance.certificates.request import make_request
from issuance.queries import CertificateAnswer, CertificateQuery
from issuance.secret import Secret
from ventanilla.rehearsal import Rehearsal


def hand_over_unsigned(rehearsal: Rehearsal, key: PrivateKey, password: Secret) -> None:
    """Have a key certified and its file saved as the rehearsal's target, nothing more."""
    rehearsal.become("olga")
    request = base64.b64encode(make_request(key)).decode()
    rehearsal.execute(RequestCertificate(request=request))
    answer = certificate_answer(rehearsal)
    certificate, *chain = map(load_certificate, (answer.certificate, *answer.chain))
    content = write_pkcs12(key, certificate, chain, password, "x")
    rehearsal.target.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    rehearsal.execute(RecordDelivery(serial=answer.serial, file_sha256=digest, checks=()))


def certificate_answer(rehearsal: Rehearsal) -> CertificateAnswer:
    """Return the certificate of the rehearsal's case."""
    query = CertificateQuery(case=rehearsal.case)
    answer = rehearsal.office.engine.ask(query, rehearsal.office.session)
    assert isinstance(answer, CertificateAnswer)
    return answer


def load_certificate(text: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(text))
