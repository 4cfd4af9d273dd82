"""Who is who: why a certificate or a credential was not accepted, as sentences with a remedy."""
