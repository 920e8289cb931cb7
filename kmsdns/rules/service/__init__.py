"""Rules of what a service needs (SVC): KMS, Active Directory, mail."""
