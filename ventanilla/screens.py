"""The screens by name; each is imported when it is first opened."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

from textual.screen import Screen

from tui.app import ScreenMaker

_CLASSES: Final[Mapping[str, str]] = {
    "first_start": "FirstStartScreen",
    "connect": "ConnectScreen",
    "set_up": "SetUpScreen",
    "log_in": "LogInScreen",
    "provider_log_in": "ProviderLogInScreen",
    "lock": "LockScreen",
    "first_password": "FirstPasswordScreen",
    "switch_person": "SwitchPersonScreen",
    "worklist": "WorklistScreen",
    "case": "CaseOverviewScreen",
    "history": "HistoryScreen",
    "mailbox": "MailboxScreen",
    "tariff": "TariffScreen",
    "application": "ApplicationScreen",
    "mrz_entry": "MrzEntryScreen",
    "email": "EmailScreen",
    "approval": "ApprovalScreen",
    "evidence": "EvidenceScreen",
    "evidence_review": "EvidenceReviewScreen",
    "payment": "PaymentScreen",
    "payment_review": "PaymentReviewScreen",
    "billing": "BillingScreen",
    "activation": "ActivationScreen",
    "contract": "ContractScreen",
    "certificates": "CertificatesScreen",
    "certificate": "CertificateScreen",
    "revocation": "RevocationScreen",
    "revocation_review": "RevocationReviewScreen",
    "suspension": "SuspensionScreen",
    "reinstatement": "ReinstatementScreen",
    "renewal": "RenewalScreen",
    "unregistered": "UnregisteredScreen",
    "unregistered_request": "UnregisteredRequestScreen",
    "operators": "OperatorsScreen",
    "operator_entry": "OperatorEntryScreen",
    "policy": "PolicyScreen",
    "settings": "SettingsScreen",
    "mail_server": "MailServerScreen",
    "identity_provider": "IdentityProviderScreen",
    "station_sources": "StationSourcesScreen",
    "stations": "StationsScreen",
    "sync": "SyncScreen",
    "unsettled": "UnsettledScreen",
    "capture_receipt": "CaptureReceiptScreen",
    "receipt_check": "ReceiptCheckScreen",
    "station_entry": "StationEntryScreen",
    "token_settings": "TokenSettingsScreen",
    "institutions_home": "InstitutionsHomeScreen",
    "institution": "InstitutionScreen",
    "institution_entry": "InstitutionEntryScreen",
    "institution_name": "InstitutionNameScreen",
    "institution_history": "InstitutionHistoryScreen",
    "operator_replacement": "OperatorReplacementScreen",
    "member_entry": "MemberEntryScreen",
    "officials": "OfficialsScreen",
    "official": "OfficialScreen",
    "official_entry": "OfficialEntryScreen",
    "officials_import": "OfficialsImportScreen",
    "certifier_grant": "CertifierGrantScreen",
    "requests": "RequestsScreen",
    "request_approval": "RequestApprovalScreen",
    "ticket": "TicketScreen",
    "ticket_entry": "TicketEntryScreen",
    "ticket_answer": "TicketAnswerScreen",
    "campaign": "CampaignScreen",
    "campaign_entry": "CampaignEntryScreen",
    "campaign_requests": "CampaignRequestsScreen",
    "portable_certificate": "PortableCertificateScreen",
    "portable_sandbox": "PortableSandboxScreen",
    "time_stamping": "TimeStampingScreen",
    "portable_request": "PortableRequestScreen",
    "portable_otp": "PortableOtpScreen",
    "portable_permissions": "PortablePermissionsScreen",
    "portable_revocation": "PortableRevocationScreen",
    "official_end": "OfficialEndScreen",
    "portable_identified": "PortableIdentifiedScreen",
    "portable_signing": "PortableSigningScreen",
    "portable_applications": "PortableApplicationsScreen",
    "portable_log": "PortableLogScreen",
    "portable_refusals": "PortableRefusalsScreen",
}
"""The class of each screen, which lies in the module of its name."""


def _maker(name: str, class_name: str) -> ScreenMaker:
    def screen_class() -> type[Screen[Any]]:
        return getattr(import_module(f"screens.{name}"), class_name)

    return screen_class


SCREENS: Final[Mapping[str, ScreenMaker]] = {
    name: _maker(name, class_name) for name, class_name in _CLASSES.items()
}
